import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { writeAnswer } from './answer';
import { isKept } from './kept-connections';
import type { World } from './push-call';
import { answerEarly, isEarly, spoilAnswer } from './spoil';

/** Answers whose account a key is; every fault but those about tickets applies. */
export async function handleStatus(
  { organizer, response }: { organizer: string; response: ServerResponse },
  { faults, latencyMs }: World,
): Promise<void> {
  const strike = faults.strike({ operation: 'accountStatus', organizer, ticketIds: [], kept: isKept(response) });
  if (latencyMs + strike.latencyMs > 0) await wait(latencyMs + strike.latencyMs);
  const answer = { status: 200, body: { organizer, time: new Date().toISOString() } };
  const { fault } = strike;
  if (fault === undefined || fault.kind === 'results') writeAnswer(response, answer);
  else if (isEarly(fault)) answerEarly(response, fault);
  else spoilAnswer(response, answer, fault);
}

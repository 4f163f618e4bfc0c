import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { PushOperation } from './operations';
import { writeText } from './answer';
import type { Calls } from './calls';
import type { Faults } from './faults';
import { isKept } from './kept-connections';
import { answerEarly, isEarly } from './spoil';

export interface BenchCall {
  readonly operation: PushOperation;
  readonly organizer: string;
  readonly body: Buffer;
  readonly response: ServerResponse;
}

const idField = Buffer.from('"ticketId":"');

/**
 * Accepts everything and counts it. The body is searched for ids, not parsed: parsing 50 tickets would cost more than all the rest. In
 * a JSON text an unescaped `"ticketId":"` is always the field itself. Of the faults only those that do not act apply.
 */
export async function handleBench(
  { operation, organizer, body, response }: BenchCall,
  { calls, faults, latencyMs }: { calls: Calls; faults: Faults; latencyMs: number },
): Promise<void> {
  const ticketIds = findTicketIds(body);
  const strike = faults.strike({ operation, organizer, ticketIds, kept: isKept(response) });
  if (latencyMs + strike.latencyMs > 0) await wait(latencyMs + strike.latencyMs);
  for (const ticketId of ticketIds) calls.countReceived(operation, ticketId);
  if (strike.fault !== undefined && isEarly(strike.fault)) {
    calls.countStatus(answerEarly(response, strike.fault));
    return;
  }
  for (const ticketId of ticketIds) calls.countAccepted(operation, ticketId, false);
  calls.countStatus(200);
  const results = ticketIds.map((ticketId) => `{"ticketId":"${ticketId}","outcome":"ACCEPTED"}`);
  writeText(response, { status: 200, text: `{"results":[${results.join(',')}]}` });
}

function findTicketIds(body: Buffer): readonly string[] {
  const ids: string[] = [];
  let found = body.indexOf(idField);
  while (found !== -1) {
    const start = found + idField.length;
    const end = body.indexOf(0x22, start);
    if (end === -1) return ids;
    ids.push(body.toString('latin1', start, end));
    found = body.indexOf(idField, end);
  }
  return ids;
}

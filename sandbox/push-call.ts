import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { act, readTickets, type Acted } from './act';
import type { PushOperation } from './operations';
import { toError, writeAnswer, type Answer } from './answer';
import type { CallRecord, Calls } from './calls';
import type { ApiDocument } from './document';
import type { Faults, FaultOf, Strike } from './faults';
import type { IdempotencyKeys } from './idempotency';
import { isKept } from './kept-connections';
import { answerEarly, isEarly, spoilAnswer } from './spoil';
import { spoilResults } from './spoil-results';
import type { ChangeLog } from './change-log';
import type { Repeats } from './repeats';
import type { Wallets } from './wallets';

/** What the handling of a call works on. */
export interface World {
  readonly document: ApiDocument;
  readonly wallets: Wallets;
  readonly log: ChangeLog;
  readonly repeats: Repeats;
  readonly calls: Calls;
  readonly faults: Faults;
  /** Undefined: keys are ignored. */
  readonly keys: IdempotencyKeys | undefined;
  readonly latencyMs: number;
  /** Validates and keeps nothing. */
  readonly bench: boolean;
  /** Names of the accounts. */
  readonly organizers: readonly string[];
}

export interface ArrivedCall {
  readonly operation: PushOperation;
  readonly organizer: string;
  readonly key: string | undefined;
  readonly text: string;
  readonly response: ServerResponse;
}

/** Takes one push call from its body to its answer: faults, idempotency, the wallets, the record of it. */
export async function handlePush(call: ArrivedCall, world: World): Promise<void> {
  const { operation, organizer, key, text, response } = call;
  const body = parseBody(text);
  const ticketIds = readTickets(body).map(({ ticketId }) => ticketId);
  const record = world.calls.record({ operation, organizer, key: key ?? null, ticketIds });
  for (const ticketId of ticketIds) world.calls.countReceived(operation, ticketId);
  const strike = world.faults.strike({ operation, organizer, ticketIds, kept: isKept(response) });
  record.fault = strike.fault?.kind ?? strike.poison[0]?.kind ?? (strike.latencyMs > 0 ? 'latency' : null);
  const latencyMs = world.latencyMs + strike.latencyMs;

  // A fault that acts not at all leaves no trace of the key: the next call with it is new.
  if (strike.fault !== undefined && isEarly(strike.fault)) {
    if (latencyMs > 0) await wait(latencyMs);
    record.status = answerEarly(response, strike.fault);
  } else {
    const answer = await answerOnce({ call, body, strike, latencyMs, record }, world);
    record.status = deliver(response, answer, strike.fault);
  }
  world.calls.countStatus(record.status);
}

interface Work {
  readonly call: ArrivedCall;
  readonly body: unknown;
  readonly strike: Strike;
  readonly latencyMs: number;
  readonly record: CallRecord;
}

/** Acts at most once per key. Latency lies between the arrival and the action, as the slow work of a real server would. */
async function answerOnce({ call, body, strike, latencyMs, record }: Work, world: World): Promise<Answer> {
  const { operation, organizer, key, text } = call;
  const name = `${organizer}\n${operation}\n${key ?? ''}`;
  const keys = key === undefined ? undefined : world.keys;
  const state = keys?.begin(name, text) ?? { kind: 'new' };
  if (latencyMs > 0) await wait(latencyMs);
  if (state.kind !== 'new') {
    record.replayed = state.kind === 'replay';
    return state.answer;
  }
  const acted = act({ operation, organizer, body, poison: strike.poison }, world);
  count(operation, acted, world.calls);
  record.acted = true;
  const answer = checkAnswer(operation, acted.answer, world.document);
  keys?.finish(name, answer);
  return answer;
}

function count(operation: PushOperation, { outcomes }: Acted, calls: Calls): void {
  for (const { ticketId, outcome } of outcomes) {
    if (outcome.outcome === 'ACCEPTED') calls.countAccepted(operation, ticketId, outcome.changed);
  }
}

/** The stand-in holds itself to the document too; a deviation is a mistake in here and shows as such. */
function checkAnswer(operation: string, answer: Answer, document: ApiDocument): Answer {
  const problem = document.checkAnswer(operation, answer.status, answer.body);
  if (problem === undefined) return answer;
  return toError(
    500,
    'SANDBOX_BROKEN',
    `The sandbox's own answer is not as documented: ${problem.path} ${problem.message}`,
  );
}

type LateFault = FaultOf<'drop' | 'silence' | 'answer' | 'results'>;

function deliver(response: ServerResponse, answer: Answer, fault: LateFault | Strike['fault']): number | null {
  if (fault === undefined || isEarly(fault)) {
    writeAnswer(response, answer);
    return answer.status;
  }
  if (fault.kind !== 'results') return spoilAnswer(response, answer, fault);
  writeAnswer(response, spoilResults(answer, fault));
  return answer.status;
}

function parseBody(text: string): unknown {
  try {
    const body: unknown = JSON.parse(text);
    return body;
  } catch {
    // Not JSON: the document's check refuses the undefined body as malformed.
    return undefined;
  }
}

import type { PushAnswer } from '../../core/messages/push-answer';
import type { Part } from '../../core/push/narrow';
import { judge } from '../../core/push/verdict';
import type { RecordedOutcome, Recording } from '../../db/queries/push/announce';
import { type BuiltCall, buildCall, makeCall } from './call';
import { addPending, type Lane, type LaneStop } from './lane';
import type { CallTicket, PendingCall, PreparedBatch } from './prepare-batch';

export type BatchEnd = 'done' | 'changed' | 'trial' | LaneStop;

/**
 * Sends the calls of a prepared batch one after the other, halving what is refused whole, until every ticket is settled. A trial
 * makes the calls that are there and no others: their refusal is the answer that is looked for (walk-range.ts).
 */
export async function pushBatch(lane: Lane, batch: PreparedBatch, { trial } = { trial: false }): Promise<BatchEnd> {
  addPending(lane, { outcomes: batch.outcomes });
  if (lane.execution.simulation) {
    addPending(lane, { outcomes: batch.calls.flatMap(({ tickets }) => tickets.map(toSimulated)) });
    return 'done';
  }
  const queue = [...batch.calls];
  let nextNumber = batch.nextNumber;
  for (let pending = queue.shift(); pending !== undefined; pending = queue.shift()) {
    const number = pending.number ?? nextNumber++;
    const repetition = pending.number !== undefined;
    const call = buildCall(lane, pending.tickets, { number, repetition, trial });
    const result = await makeCall(lane, call);
    if (result.kind === 'stop') return result.stop;
    if (result.kind !== 'answered') return result.kind;
    const again = settle(lane, { pending, call, answer: result.answer, sentAt: result.sentAt });
    if (!trial) queue.unshift(...again);
  }
  return 'done';
}

/** Takes what the answer settled as pending for the record, and returns the calls that it asks for. */
function settle(
  lane: Lane,
  answered: {
    readonly pending: PendingCall;
    readonly call: BuiltCall;
    readonly answer: PushAnswer;
    readonly sentAt: string;
  },
): readonly PendingCall[] {
  const { pending, call, answer, sentAt } = answered;
  const byPosition = new Map(pending.tickets.map((ticket) => [ticket.position, ticket]));
  const verdict = judge(pending, answer);
  const outcomes = verdict.outcomes.map((outcome): RecordedOutcome => {
    const ticket = byPosition.get(outcome.position);
    return {
      ...outcome,
      fromAnswer: true,
      ...(outcome.outcome === 'DELIVERED' && ticket !== undefined ? toMark(ticket) : {}),
    };
  });
  addPending(lane, {
    outcomes,
    call: {
      batch: call.announcement.batch,
      number: call.announcement.number,
      refusedWhole: verdict.refusedWhole,
      first: call.announcement.number === 1,
      sentAt,
      ...toRefusal(answer),
    },
  });
  return verdict.again.map((part) => ({ askedAgain: part.askedAgain, tickets: pick(byPosition, part) }));
}

function pick(byPosition: ReadonlyMap<number, CallTicket>, part: Part): readonly CallTicket[] {
  return part.tickets.flatMap((ticket) => byPosition.get(ticket.position) ?? []);
}

/** Marks hold what was sent, never what the row says at recording time. */
function toMark(ticket: CallTicket): Pick<RecordedOutcome, 'contentHash' | 'reason'> {
  return { contentHash: ticket.contentHash, ...(ticket.reason === undefined ? {} : { reason: ticket.reason }) };
}

function toRefusal(answer: PushAnswer): Pick<NonNullable<Recording['call']>, 'refusal'> {
  if (answer.kind !== 'refused-whole') return {};
  const { code, message } = answer.error;
  return { refusal: { code, message } };
}

function toSimulated({ position, ticketId }: CallTicket): RecordedOutcome {
  return { position, ticketId, outcome: 'SIMULATED', fromAnswer: false };
}

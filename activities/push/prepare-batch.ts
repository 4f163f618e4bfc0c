import type { PlannedBatch } from '../../db/queries/push/load-plan';
import type { RecordedOutcome } from '../../db/queries/push/announce';
import { type PlannedTicket, positionsPerBatch } from '../../core/push/outcome';
import type { Part } from '../../core/push/narrow';
import { resume } from '../../core/push/resume';
import type { LoadedMessage, TicketLoader } from './definition';

/** A ticket of a call, with its message built once. */
export interface CallTicket extends PlannedTicket {
  readonly rowVersion: string;
  readonly json: string;
  readonly contentHash: string;
  readonly reason?: string;
}

/** Tickets to send in one call; `number` is given when it repeats a call announced before. */
export interface PendingCall {
  readonly tickets: readonly CallTicket[];
  readonly askedAgain: boolean;
  readonly number?: number;
}

/** A batch ready to go: what we decided ourselves, and the calls to make. */
export interface PreparedBatch {
  readonly batch: number;
  readonly outcomes: readonly RecordedOutcome[];
  readonly calls: readonly PendingCall[];
  readonly nextNumber: number;
  /** A call of this batch may be under way on another worker: wait, then load the batch again. */
  readonly underWay: boolean;
}

/**
 * Loads the open tickets of a planned batch and decides about each: send, skip or refuse. Tickets of an unanswered call, and those that an
 * answer left out, go out again whatever their state is now, for TIXNGO may have them (architecture.md, "Announce, call, record").
 */
export async function prepareBatch(
  planned: PlannedBatch,
  loader: TicketLoader,
  options: { readonly forced: boolean },
): Promise<PreparedBatch> {
  const open = openTickets(planned);
  const left = resume(open, planned.calls);
  if (planned.calls.some((call) => !call.answered && !call.over)) {
    return { batch: planned.batch, outcomes: [], calls: [], nextNumber: left.nextNumber, underWay: true };
  }
  const loaded = await loader.load(open.map((ticket) => ticket.ticketId));
  const outcomes: RecordedOutcome[] = [];
  const calls: PendingCall[] = [];
  const add = (
    part: Part,
    number: number | undefined,
    toCallTicket: (ticket: PlannedTicket) => CallTicket | undefined,
  ) => {
    const tickets = part.tickets.flatMap((ticket) => toCallTicket(ticket) ?? []);
    if (tickets.length > 0) {
      calls.push({ tickets, askedAgain: part.askedAgain, ...(number === undefined ? {} : { number }) });
    }
  };
  for (const { number, part } of left.repeat) {
    add(part, number, (ticket) => repeatTicket(ticket, loaded.get(ticket.ticketId), outcomes));
  }
  for (const part of left.again) {
    add(part, undefined, (ticket) => repeatTicket(ticket, loaded.get(ticket.ticketId), outcomes));
  }
  for (const part of left.fresh) {
    add(part, undefined, (ticket) => {
      const version = planned.markVersions[ticket.position % positionsPerBatch];
      return decideTicket(ticket, loaded.get(ticket.ticketId), { outcomes, plannedVersion: version, ...options });
    });
  }
  return { batch: planned.batch, outcomes, calls, nextNumber: left.nextNumber, underWay: false };
}

function openTickets(planned: PlannedBatch): readonly PlannedTicket[] {
  const settled = new Set(planned.settled);
  return planned.ticketIds
    .map((ticketId, index) => ({ ticketId, position: planned.batch * positionsPerBatch + index }))
    .filter((ticket) => !settled.has(ticket.position));
}

function repeatTicket(
  ticket: PlannedTicket,
  loaded: LoadedMessage | undefined,
  outcomes: RecordedOutcome[],
): CallTicket | undefined {
  if (loaded?.message.kind === 'built') return toCallTicket(ticket, loaded, loaded.message);
  const why =
    loaded === undefined ? 'the ticket is gone' : `its message cannot be built any more: ${loaded.message.code}`;
  outcomes.push({
    ...ticket,
    outcome: 'UNKNOWN',
    code: 'CANNOT_BE_REPEATED',
    message: `sent, the answer was lost, and ${why}`,
    fromAnswer: false,
  });
  return undefined;
}

function decideTicket(
  ticket: PlannedTicket,
  loaded: LoadedMessage | undefined,
  context: {
    readonly outcomes: RecordedOutcome[];
    readonly plannedVersion: number | undefined;
    readonly forced: boolean;
  },
): CallTicket | undefined {
  const skip = (code: string, message: string): undefined => {
    context.outcomes.push({ ...ticket, outcome: 'SKIPPED', code, message, fromAnswer: false });
  };
  if (loaded === undefined) {
    skip('GONE', 'the ticket is not there any more');
    return;
  }
  if (loaded.leftOut !== undefined) {
    skip(loaded.leftOut.code, loaded.leftOut.message);
    return;
  }
  if (loaded.markVersion !== context.plannedVersion) {
    skip('MARK_CHANGED', 'another run delivered this ticket after it was planned');
    return;
  }
  if (loaded.message.kind === 'built') return toCallTicket(ticket, loaded, loaded.message);
  const { code, field, message } = loaded.message;
  context.outcomes.push({
    ...ticket,
    outcome: 'REFUSED',
    code,
    ...(field === undefined ? {} : { field }),
    message,
    fromAnswer: false,
  });
  return undefined;
}

function toCallTicket(
  ticket: PlannedTicket,
  loaded: LoadedMessage,
  message: Extract<LoadedMessage['message'], { kind: 'built' }>,
): CallTicket {
  return {
    ...ticket,
    rowVersion: loaded.rowVersion,
    json: message.json,
    contentHash: message.contentHash,
    ...(message.reason === undefined ? {} : { reason: message.reason }),
  };
}

import { openTimeline, type Timeline } from './timeline';

/** A call as it arrived. Ticket ids only: the bodies are not kept. */
export interface CallRecord {
  readonly number: number;
  /** RFC 3339. */
  readonly at: string;
  readonly organizer: string;
  readonly operation: string;
  readonly key: string | null;
  readonly ticketIds: readonly string[];
  /** Of a diff call: what was asked for, and how many records the answer had. */
  readonly page?: { readonly paginationKey: string; readonly limit: number; readonly records: number };
  /** The status that was answered, or that the spoilt answer had; null when no status went out. */
  status: number | null;
  /** Whether its tickets were looked at; false for a replay and for a call that a fault stopped before. */
  acted: boolean;
  /** Whether it was answered from memory, for its idempotency key. */
  replayed: boolean;
  /** Kind of the fault that struck it. */
  fault: string | null;
}

/** How often a ticket came: in calls, accepted when acted on, and with an effect on the wallet. */
export interface TicketCount {
  received: number;
  accepted: number;
  changed: number;
}

/** Figures that are kept as calls come, so that asking for them costs nothing whatever their number. */
export interface CallSummary {
  readonly calls: number;
  readonly callsByStatus: Readonly<Record<string, number>>;
  readonly inFlight: number;
  readonly maxInFlight: number;
  /** Requests for paths that are none of the contract's, for instance after a redirect that was followed. */
  readonly unknownPaths: number;
  /** Figures per operation. */
  readonly tickets: Readonly<Record<string, TicketSummary>>;
}

export interface TicketSummary {
  /** Different tickets received, and accepted. */
  readonly received: number;
  readonly accepted: number;
  /** Different tickets that came more than once, were accepted more than once, had an effect more than once. */
  readonly receivedAgain: number;
  readonly acceptedAgain: number;
  readonly changedAgain: number;
}

export interface Calls {
  /** Counts a call that begins; `end` when nothing more will happen to it. */
  readonly begin: () => void;
  readonly end: () => void;
  readonly record: (call: Omit<CallRecord, 'number' | 'at' | 'status' | 'acted' | 'replayed' | 'fault'>) => CallRecord;
  readonly countReceived: (operation: string, ticketId: string) => void;
  readonly countAccepted: (operation: string, ticketId: string, changed: boolean) => void;
  readonly countStatus: (status: number | null) => void;
  readonly countUnknownPath: () => void;
  readonly summary: () => CallSummary;
  readonly list: () => readonly CallRecord[];
  readonly counts: (operation: string) => ReadonlyMap<string, TicketCount>;
  readonly timeline: () => Timeline;
  readonly clear: () => void;
}

interface Tally {
  readonly counts: Map<string, TicketCount>;
  summary: { received: number; accepted: number; receivedAgain: number; acceptedAgain: number; changedAgain: number };
}

/** The memory of what arrived, from which a test proves from outside that nothing was lost or doubled. */
export function openCalls(now: () => number): Calls {
  let list: CallRecord[] = [];
  let tallies = new Map<string, Tally>();
  let figures = newFigures();
  const timeline = openTimeline(now);

  const tallyOf = (operation: string): Tally => {
    const known = tallies.get(operation);
    if (known !== undefined) return known;
    const summary = { received: 0, accepted: 0, receivedAgain: 0, acceptedAgain: 0, changedAgain: 0 };
    const tally: Tally = { counts: new Map(), summary };
    tallies.set(operation, tally);
    return tally;
  };
  const countOf = (tally: Tally, ticketId: string): TicketCount => {
    const known = tally.counts.get(ticketId);
    if (known !== undefined) return known;
    const count = { received: 0, accepted: 0, changed: 0 };
    tally.counts.set(ticketId, count);
    return count;
  };

  return {
    begin: () => {
      timeline.countCall();
      figures.inFlight += 1;
      figures.maxInFlight = Math.max(figures.maxInFlight, figures.inFlight);
    },
    end: () => {
      figures.inFlight -= 1;
    },
    record: (call) => {
      const at = new Date(now()).toISOString();
      const record = { number: list.length + 1, at, ...call, status: null, acted: false, replayed: false, fault: null };
      list.push(record);
      return record;
    },
    countReceived: (operation, ticketId) => {
      const tally = tallyOf(operation);
      const count = countOf(tally, ticketId);
      count.received += 1;
      if (count.received === 1) tally.summary.received += 1;
      if (count.received === 2) tally.summary.receivedAgain += 1;
    },
    countAccepted: (operation, ticketId, changed) => {
      timeline.countAccepted();
      const tally = tallyOf(operation);
      const count = countOf(tally, ticketId);
      count.accepted += 1;
      if (count.accepted === 1) tally.summary.accepted += 1;
      if (count.accepted === 2) tally.summary.acceptedAgain += 1;
      if (!changed) return;
      count.changed += 1;
      if (count.changed === 2) tally.summary.changedAgain += 1;
    },
    countStatus: (status) => {
      figures.calls += 1;
      const name = status === null ? 'none' : String(status);
      figures.callsByStatus[name] = (figures.callsByStatus[name] ?? 0) + 1;
    },
    countUnknownPath: () => {
      figures.unknownPaths += 1;
    },
    summary: () => ({
      ...figures,
      callsByStatus: { ...figures.callsByStatus },
      tickets: Object.fromEntries([...tallies].map(([operation, { summary }]) => [operation, { ...summary }])),
    }),
    list: () => list,
    counts: (operation) => tallyOf(operation).counts,
    timeline: timeline.read,
    clear: () => {
      list = [];
      tallies = new Map();
      timeline.clear();
      // Calls that are in flight now will end: they stay counted.
      figures = { ...newFigures(), inFlight: figures.inFlight, maxInFlight: figures.inFlight };
    },
  };
}

function newFigures() {
  const callsByStatus: Record<string, number> = {};
  return { calls: 0, callsByStatus, inFlight: 0, maxInFlight: 0, unknownPaths: 0 };
}

import { z } from 'zod';
import { expiredKeyFault, pageFault, recordsFault } from './diff-faults';
import { when } from './fault-when';
import { isPushOperation, pushOperations } from './operations';
import { openRandom } from './random';

/** What can be made to go wrong, on top of tixngo-api.md "Sandbox". Everything acts first unless it says otherwise. */
const kinds = z.discriminatedUnion('kind', [
  /** Answers late: before acting, so that a client's time-out leaves the call undone for a while and done later. */
  z.strictObject({ kind: z.literal('latency'), ...when, minMs: z.number().min(0), maxMs: z.number().min(0) }),
  /** Answers with a status and does not act. */
  z.strictObject({
    kind: z.literal('status'),
    ...when,
    status: z.int().min(400).max(599),
    retryAfter: z.string().optional(),
    code: z.string().optional(),
    message: z.string().optional(),
  }),
  /**
   * Resets the connection: before acting, after acting without a byte of the answer, or in the middle of the answer. With `kept` only one that
   * had an answer before.
   */
  z.strictObject({
    kind: z.literal('drop'),
    ...when,
    at: z.enum(['before', 'after', 'middle']),
    kept: z.boolean().optional(),
  }),
  /** Never answers: without acting, after acting, or after acting and the headers. */
  z.strictObject({ kind: z.literal('silence'), ...when, at: z.enum(['before', 'after', 'headers']) }),
  /** Points elsewhere and does not act. */
  z.strictObject({ kind: z.literal('redirect'), ...when, location: z.string() }),
  /** Acts, and spoils the answer. `drip` sends a byte every `everyMs`; `truncated` ends early with a matching length. */
  z.strictObject({
    kind: z.literal('answer'),
    ...when,
    how: z.enum([
      'truncated',
      'drip',
      'not-json',
      'html',
      'empty',
      'length-too-long',
      'length-too-short',
      'huge',
      'gzip-bomb',
      'other-shape',
    ]),
    everyMs: z.number().min(1).optional(),
  }),
  /** Acts, and gives other results: for `ticketIds`, or for the first ticket of the call when absent. */
  z.strictObject({
    kind: z.literal('results'),
    ...when,
    how: z.enum(['missing', 'unknown-ids', 'doubled', 'unknown-outcome']),
    ticketIds: z.array(z.string()).optional(),
  }),
  /** Refuses tickets: each by itself, or the whole call, naming them or not (500: as a server that trips over them). Its words quote what was sent, as a real API's might. */
  z.strictObject({
    kind: z.literal('poison'),
    ...when,
    ticketIds: z.array(z.string()).min(1),
    how: z.enum(['ticket', 'call-naming', 'call-not-naming']),
    status: z.union([z.literal(400), z.literal(409), z.literal(413), z.literal(422), z.literal(500)]).default(422),
  }),
  pageFault,
  recordsFault,
  expiredKeyFault,
]);

/** A fault that could never strike as it is written is a mistake. */
export const faultSchema = kinds.superRefine((fault, context) => {
  const refuse = (field: string, message: string) => {
    context.addIssue({ code: 'custom', path: [field], message });
  };
  if (fault.kind === 'latency' && fault.minMs > fault.maxMs) refuse('minMs', 'It is more than maxMs');
  const { operation } = fault;
  if (operation === undefined) return;
  if (isOfDiff(fault) && operation !== 'diffTickets') refuse('operation', `${fault.kind} strikes diffTickets only`);
  if (isOfPush(fault) && !isPushOperation(operation)) {
    refuse('operation', `${fault.kind} strikes ${pushOperations.join(', ')} only`);
  }
});

export type Fault = z.infer<typeof faultSchema>;
/** A fault as one writes it. */
export type FaultInput = z.input<typeof faultSchema>;
export type FaultOf<Kind extends Fault['kind']> = Extract<Fault, { kind: Kind }>;

/** What strikes one call. */
export interface Strike {
  readonly latencyMs: number;
  readonly poison: readonly FaultOf<'poison'>[];
  /** What is wrong with a page of the diff, and with its records. */
  readonly pages: readonly FaultOf<'page'>[];
  readonly records: readonly FaultOf<'records'>[];
  /** At most one of the others: the first that strikes. */
  readonly fault: Exclude<Fault, { kind: 'latency' | 'poison' | 'page' | 'records' }> | undefined;
}

/** What a fault looks at to know whether it concerns a call. */
export interface FaultTarget {
  readonly operation: string;
  readonly organizer: string;
  readonly ticketIds: readonly string[];
  /** Of a diff call. */
  readonly paginationKey?: string;
  /** It came on a connection that had an answer before. */
  readonly kept: boolean;
}

export interface Faults {
  readonly add: (fault: Fault) => number;
  readonly list: () => readonly (Fault & { readonly id: number; readonly struck: number })[];
  /** Clears one by its id, or all; whether there was one. */
  readonly clear: (id?: number) => boolean;
  readonly seed: (seed: number) => void;
  readonly strike: (call: FaultTarget) => Strike;
}

const noStrike: Strike = { latencyMs: 0, poison: [], pages: [], records: [], fault: undefined };

/** The faults that are switched on, drawn from one seeded source so that a test sees the same ones every time. */
export function openFaults(firstSeed: number): Faults {
  let random = openRandom(firstSeed);
  let lastId = 0;
  const active = new Map<number, { fault: Fault; struck: number }>();

  const strikes = (entry: { fault: Fault; struck: number }): boolean => {
    const { probability, count } = entry.fault;
    if (count !== undefined && entry.struck >= count) return false;
    if (probability !== undefined && random() >= probability) return false;
    entry.struck += 1;
    return true;
  };

  return {
    add: (fault) => {
      lastId += 1;
      active.set(lastId, { fault, struck: 0 });
      return lastId;
    },
    list: () => [...active].map(([id, { fault, struck }]) => ({ ...fault, id, struck })),
    clear: (id) => {
      if (id !== undefined) return active.delete(id);
      active.clear();
      return true;
    },
    seed: (seed) => {
      random = openRandom(seed);
    },
    strike: (call) => {
      if (active.size === 0) return noStrike;
      let latencyMs = 0;
      const struck: Exclude<Fault, { kind: 'latency' }>[] = [];
      for (const entry of active.values()) {
        const { fault } = entry;
        if (!concerns(fault, call) || (isSole(fault) && struck.some(isSole))) continue;
        if (!strikes(entry)) continue;
        if (fault.kind === 'latency') latencyMs += fault.minMs + random() * (fault.maxMs - fault.minMs);
        else struck.push(fault);
      }
      return {
        latencyMs,
        poison: struck.filter((fault) => fault.kind === 'poison'),
        pages: struck.filter((fault) => fault.kind === 'page'),
        records: struck.filter((fault) => fault.kind === 'records'),
        fault: struck.find(isSole),
      };
    },
  };
}

/** The kinds of which one call meets one at most. */
function isSole(fault: Fault): fault is NonNullable<Strike['fault']> {
  return fault.kind !== 'latency' && fault.kind !== 'poison' && fault.kind !== 'page' && fault.kind !== 'records';
}

function isOfDiff({ kind }: Fault): boolean {
  return kind === 'page' || kind === 'records' || kind === 'expired-key';
}

function isOfPush({ kind }: Fault): boolean {
  return kind === 'results' || kind === 'poison';
}

function concerns(fault: Fault, call: FaultTarget): boolean {
  if (fault.operation !== undefined && fault.operation !== call.operation) return false;
  if (fault.organizer !== undefined && fault.organizer !== call.organizer) return false;
  const isDiff = call.operation === 'diffTickets';
  switch (fault.kind) {
    case 'drop':
      return fault.kept !== true || call.kept;
    case 'poison':
      return fault.ticketIds.some((ticketId) => call.ticketIds.includes(ticketId));
    case 'results':
      return !isDiff;
    case 'page':
    case 'records':
      return isDiff;
    case 'expired-key':
      // A reading from the beginning is what heals an expired key.
      return isDiff && call.paginationKey !== undefined && call.paginationKey !== '';
    default:
      return true;
  }
}

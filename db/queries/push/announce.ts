import { CompiledQuery, type Kysely } from 'kysely';
import { DatabaseError, type Pool } from 'pg';
import type { TicketOutcome } from '../../../core/push/outcome';
import { onlyRow, runPrepared, toPlainArray } from '../../prepared';
import { announceStatement } from './announce-statement';
import { type ExecutionIdentity, identityValues } from './identity';

/** A slot held by a range: the fence (its token) and the limit (its row) of calls in flight. */
export interface HeldSlot {
  readonly organizer: string;
  readonly n: number;
  readonly token: string;
  readonly range: number;
}

/** An outcome with what the mark needs. `fromAnswer`: TIXNGO said so; only that may settle an UNKNOWN ticket. */
export interface RecordedOutcome extends TicketOutcome {
  readonly fromAnswer: boolean;
  /** SHA-256 of the content that was sent, hex; for delivered tickets. */
  readonly contentHash?: string;
  /** Invalidation reason that was sent, where the function sends one. */
  readonly reason?: string;
}

/** Outcomes to write, and the answered call they come from, if any. */
export interface Recording {
  readonly outcomes: readonly RecordedOutcome[];
  readonly call?: {
    readonly batch: number;
    readonly number: number;
    /** The whole call was refused, and it was the first of its batch: counts towards "TIXNGO refuses everything" (F19). */
    readonly refusedWhole: boolean;
    readonly first: boolean;
    readonly sentAt: string;
    /** Why the whole call was refused; kept for tickets that are not narrowed down before the run stops. */
    readonly refusal?: { readonly code: string; readonly message: string };
  };
}

/** A call to announce: the next one, or the repetition of one whose answer was lost. */
export interface Announcement {
  readonly batch: number;
  readonly number: number;
  readonly key: string;
  readonly positions: readonly number[];
  /** Row version of each ticket when it was loaded; a first announcement fails when one changed since. */
  readonly tickets: readonly { readonly ticketId: string; readonly rowVersion: string }[];
  readonly repetition: boolean;
  /** It finds out whether TIXNGO refuses everything, so it waits for no trial (trial.ts). */
  readonly trial?: boolean;
  /** Total deadline of the call in milliseconds. */
  readonly deadlineMs: number;
}

export interface AnnounceInput {
  readonly identity: ExecutionIdentity;
  readonly slot: HeldSlot;
  readonly worker: string;
  readonly function: string;
  /** Point of sales by which tickets are printed; null where the function prints none. */
  readonly printingPointOfSales: string | null;
  readonly simulation: boolean;
  readonly record?: Recording;
  readonly announce?: Announcement;
}

/** What the database said: recorded always; announced only when `announced`. The other fields tell why not. */
export interface AnnounceResult {
  readonly identityKnown: boolean;
  readonly closed: boolean;
  readonly slotHeld: boolean;
  readonly workerAlive: boolean;
  /** An older attempt of this range has a call under way, of whichever batch: two would be more than the slot allows. */
  readonly callUnderWay: boolean;
  /** An operator paused this run. */
  readonly paused: boolean;
  /** An operator paused the interface or the organizer. */
  readonly heldBack: boolean;
  readonly ending: string | null;
  readonly closedForMs: number;
  readonly failingForMs: number | null;
  readonly keyRefused: boolean;
  /** The organizer fails: one call a second in all goes out, whoever gets the probe. */
  readonly probeNeeded: boolean;
  readonly narrowedElsewhere: boolean;
  readonly trialWanted: boolean;
  readonly ticketsChanged: boolean;
  readonly announced: boolean;
  readonly sentAt: string;
  /** Milliseconds since the announced call was first announced, without what does not count of its waits (`counts_until`); null when none is. */
  readonly calledForMs: number | null;
  /** Deliveries were not recorded, for this attempt has no slot any more and a close may be counting: see `recordDeliveries`. */
  readonly late: boolean;
}

/**
 * Records what the last answer settled and announces the next call, in one statement and one commit (architecture.md, "Announce, call,
 * record"). Deliveries are facts: without a slot the result is `late`, and `recordDeliveries` records them. Every other outcome is written
 * only on an open row by the slot's owner. Repeating it changes nothing.
 */
export async function recordAndAnnounce(pool: Pool, input: AnnounceInput): Promise<AnnounceResult> {
  const ask = async (careful: boolean) =>
    onlyRow(
      await runPrepared<AnnounceResult>(pool, announceStatement, toAnnounceValues(input, { late: false, careful })),
    );
  try {
    return await ask(false);
  } catch (error) {
    // A ticket was deleted while its call was under way. Looking for each ticket costs every call; this one pays for it alone.
    if (!(error instanceof DatabaseError && error.constraint === 'processed_ticket_id_fkey')) throw error;
    return await ask(true);
  }
}

/** Records deliveries whatever became of slot and execution; the transaction has locked the execution, so that no close counts meanwhile. */
export async function recordDeliveries(transaction: Kysely<unknown>, input: AnnounceInput): Promise<void> {
  const { announce: _notAnyMore, ...recording } = input;
  const values = toAnnounceValues(recording, { late: true, careful: true });
  await transaction.executeQuery(CompiledQuery.raw(announceStatement.text, [...values]));
}

/**
 * The parameters of `announceStatement`, in their order. `late`: the caller has locked the execution. `careful`: a delivered ticket may be gone.
 */
export function toAnnounceValues(
  input: AnnounceInput,
  { late, careful }: { readonly late: boolean; readonly careful: boolean },
): readonly unknown[] {
  const all = input.record?.outcomes ?? [];
  const outcomes = all.filter(({ outcome }) => outcome !== 'DELIVERED');
  const delivered = all.filter(({ outcome }) => outcome === 'DELIVERED');
  const call = input.record?.call;
  const next = input.announce;
  const loaded = next === undefined || next.repetition ? [] : next.tickets.toSorted(byTicketId);
  return [
    ...identityValues(input.identity),
    input.slot.organizer,
    input.slot.n,
    input.slot.token,
    input.slot.range,
    input.worker,
    input.function,
    input.printingPointOfSales,
    input.simulation,
    outcomes.map((outcome) => outcome.position),
    outcomes.map((outcome) => outcome.ticketId),
    outcomes.map((outcome) => outcome.outcome),
    outcomes.map((outcome) => outcome.code ?? null),
    outcomes.map((outcome) => outcome.field ?? null),
    outcomes.map((outcome) => outcome.message ?? null),
    outcomes.map((outcome) => outcome.fromAnswer),
    toPlainArray(delivered.map((outcome) => outcome.position)),
    toPlainArray(delivered.map((outcome) => outcome.ticketId)),
    call?.batch ?? null,
    call?.number ?? null,
    call?.refusedWhole ?? false,
    call?.first ?? false,
    call?.sentAt ?? null,
    next?.batch ?? null,
    next?.number ?? null,
    next?.key ?? null,
    toPlainArray(next?.positions ?? []),
    toPlainArray(loaded.map((ticket) => ticket.ticketId)),
    toPlainArray(loaded.map((ticket) => ticket.rowVersion)),
    next?.repetition ?? false,
    next?.deadlineMs ?? 0,
    call?.refusal?.code ?? null,
    call?.refusal?.message ?? null,
    late,
    careful,
    toPlainArray(delivered.map(({ contentHash }) => toHash(contentHash))),
    delivered.some(({ reason }) => reason !== undefined) ? delivered.map(({ reason }) => reason ?? null) : [],
    next?.trial ?? false,
  ];
}

/** As Postgres orders them. */
function byTicketId(one: { readonly ticketId: string }, other: { readonly ticketId: string }): number {
  return BigInt(one.ticketId) < BigInt(other.ticketId) ? -1 : 1;
}

function toHash(contentHash: string | undefined): string {
  if (contentHash === undefined) throw new Error('A delivered ticket without the hash of what was sent');
  return contentHash;
}

import type { Pool } from 'pg';
import { onlyRow, runPrepared } from '../../prepared';
import type { HeldSlot } from './announce';
import { type ExecutionIdentity, identityValues } from './identity';

export interface TakeSlotInput {
  readonly identity: ExecutionIdentity;
  readonly range: number;
  readonly worker: string;
  /** Seconds that the slot is held without a renewal. */
  readonly leaseSeconds: number;
}

/** `waiting`: the range is listed as waiting. The others wait for no slot, so that nobody gives way to them. */
export type SlotAnswer =
  | { readonly kind: 'taken'; readonly slot: HeldSlot }
  | { readonly kind: 'unknown' | 'closed' | 'ending' | 'paused' | 'heldBack' | 'waiting' };

const statement = {
  name: 'push-take-slot',
  text: 'select * from take_call_slot($1::bigint, $2, $3, $4, $5::integer, $6::bigint, $7::double precision)',
};

interface Row {
  readonly n: number | null;
  readonly token: string | null;
  readonly organizer: string | null;
  readonly known: boolean;
  readonly closed: boolean;
  readonly ending: boolean;
  readonly paused: boolean;
  readonly held_back: boolean;
}

/**
 * Takes a slot, or says why there is none. A range that has one gets the same with a higher token: the attempt before is out. One statement
 * (m0017-slot-tokens.ts), so that the account's lock is held for no round trip.
 */
export async function takeSlot(pool: Pool, input: TakeSlotInput): Promise<SlotAnswer> {
  const values = [...identityValues(input.identity), input.range, input.worker, input.leaseSeconds];
  const row = onlyRow(await runPrepared<Row>(pool, statement, values));
  const { n, token, organizer } = row;
  if (n !== null && token !== null && organizer !== null) {
    return { kind: 'taken', slot: { organizer, n, token, range: input.range } };
  }
  if (!row.known) return { kind: 'unknown' };
  if (row.closed) return { kind: 'closed' };
  if (row.ending) return { kind: 'ending' };
  if (row.paused) return { kind: 'paused' };
  return { kind: row.held_back ? 'heldBack' : 'waiting' };
}

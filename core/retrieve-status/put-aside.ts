import { nothingWrong, type PutAsideRecord } from './wallet-record';

/**
 * What stands under the identity of a record: `kept` is one of a skipped ticket with which nothing is wrong, `keptBroken` one that could not be
 * applied anyway, `dropped` one that an operator gave up, `known` any other, whatever became of it.
 */
export type PutAsideStand = 'known' | 'kept' | 'keptBroken' | 'dropped';

/** By identity. */
export type PutAsideStands = ReadonlyMap<string, PutAsideStand>;

/** Where a record stands once it is written. */
export function toStand({ reason, problem }: PutAsideRecord): PutAsideStand {
  if (reason !== 'SKIPPED') return 'known';
  return problem === nothingWrong ? 'kept' : 'keptBroken';
}

/**
 * Whether a record is written, given what stands under its identity. A ticket that is skipped, and is not any more, must end as if it never had been
 * (decision 46): so a record that can be applied one day replaces one that cannot, and one that was kept gets its true reason when the skip is gone. One that was dropped stays dropped (decision 47).
 */
export function isWritten(record: PutAsideRecord, stand: PutAsideStand | undefined): boolean {
  if (stand === undefined) return true;
  if (stand === 'dropped') return false;
  const now = toStand(record);
  if (now === 'kept') return stand !== 'kept';
  if (now === 'keptBroken') return false;
  return stand === 'keptBroken' || (stand === 'kept' && record.reason === 'UNKNOWN_TICKET');
}

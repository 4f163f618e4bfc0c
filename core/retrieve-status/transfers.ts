import { toMicroseconds } from './microseconds';
import { toRecipientEmail } from './changes';
import type { DistributionRow, PastChange } from './page-state';

/** A transfer of a ticket, from its first change to the one that ended it. */
export interface Transfer {
  readonly firstChangeNumber: number;
  readonly status: DistributionRow['status'];
  /** When it got its status. */
  readonly changedAt: string;
  /** Lower case; null is not told. */
  readonly fromEmail: string | null;
  readonly toEmail: string | null;
  /** It ended with a TRANSFERRED that tells its recipient itself. */
  readonly tellsOwner: boolean;
}

/**
 * The transfers in a ticket's history, given in order: from a PENDING_TRANSFER to its first terminal change, other statuses in between
 * do not end it (domain.md 8.4). A terminal change without a pending one is a transfer of its own; a second PENDING_TRANSFER begins
 * another one, and the first can have no end any more. A ticket whose details change in one of these statuses tells it once more: that is
 * no transfer (decision 36).
 */
export function traceTransfers(history: readonly PastChange[]): readonly Transfer[] {
  const transfers: Transfer[] = [];
  let pending: PastChange | undefined;
  for (const [index, change] of history.entries()) {
    const { status, changedAt } = change;
    if (isToldAgain(change, history[index - 1])) continue;
    if (status === 'PENDING_TRANSFER') {
      if (pending !== undefined) transfers.push({ ...toTransfer(pending, pending), status: 'CANCELLED', changedAt });
      pending = change;
    } else if (status === 'TRANSFERRED' || status === 'FAILURE' || status === 'FAILURE_TRANSFER') {
      transfers.push(toTransfer(pending ?? change, change));
      pending = undefined;
    }
  }
  if (pending !== undefined) transfers.push(toTransfer(pending, pending));
  return transfers;
}

/** The same status as the change before, and of the same people: a pending transfer names both, one that has ended names none any more. */
function isToldAgain(change: PastChange, before: PastChange | undefined): boolean {
  if (before?.status !== change.status) return false;
  const { fromEmail, toEmail, ownerEmail } = change;
  if (change.status === 'PENDING_TRANSFER') return fromEmail === before.fromEmail && toEmail === before.toEmail;
  return fromEmail === null && toEmail === null && ownerEmail !== null && ownerEmail === before.ownerEmail;
}

function toTransfer(first: PastChange, last: PastChange): Transfer {
  const parties = last.status === 'TRANSFERRED' ? [last, first] : [first, last];
  return {
    firstChangeNumber: first.changeNumber,
    status: last.status === 'PENDING_TRANSFER' ? 'PENDING' : last.status === 'TRANSFERRED' ? 'CONFIRMED' : 'CANCELLED',
    changedAt: last.changedAt,
    fromEmail: first.fromEmail ?? last.fromEmail,
    // Who has the ticket in the end is told by the end of the transfer, whom it was meant for by its beginning.
    toEmail: parties.map(toRecipientEmail).find((email) => email !== null) ?? null,
    tellsOwner: last.status === 'TRANSFERRED' && toRecipientEmail(last) !== null,
  };
}

type Course = Pick<Transfer, 'firstChangeNumber' | 'status' | 'changedAt'>;

/** Whether the rows on record are of other transfers, or show them at another point; whom they name is not compared. */
export function isOtherCourse(transfers: readonly Course[], recorded: readonly DistributionRow[]): boolean {
  return (
    transfers.length !== recorded.length ||
    transfers.some((transfer) => !showsEnd(findRow(recorded, transfer), transfer))
  );
}

/** Whether a row shows the transfer at the point where it is now. */
export function showsEnd(row: DistributionRow | undefined, { status, changedAt }: Course): boolean {
  return row?.status === status && isSameTime(row.changedAt, changedAt);
}

/** The row of a transfer. */
export function findRow(
  rows: readonly DistributionRow[],
  { firstChangeNumber }: Pick<Course, 'firstChangeNumber'>,
): DistributionRow | undefined {
  return rows.find((row) => row.firstChangeNumber === firstChangeNumber);
}

// Postgres writes times to the microsecond, records as they like; both in UTC.
function isSameTime(left: string, right: string): boolean {
  return left === right || toMicroseconds(left) === toMicroseconds(right);
}

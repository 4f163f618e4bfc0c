import { inOrder } from './changes';
import type { ChangedTicket, Directory } from './contacts';
import type { ContactReference, DistributionRow, PlannedDistribution, TicketState } from './page-state';
import { findRow, isOtherCourse, traceTransfers } from './transfers';

/** What the transfers of a ticket lead to. */
export interface PlannedTransfers {
  readonly rows: readonly PlannedDistribution[];
  /**
   * Recipient of the newest TRANSFERRED that tells one itself; null when there is none: the cultural contact is left alone. Whom the transfer was
   * meant for does not count here: a failure in between that comes late would show that it was another transfer.
   */
  readonly owner: ContactReference | null;
}

/** The distribution rows and the cultural contact that follow from a ticket's whole history (domain.md 8.4). */
export function planTransfers(ticket: ChangedTicket, directory: Directory): PlannedTransfers {
  const { state, added } = ticket;
  const history = inOrder([...state.history, ...added.map(({ past }) => past)]);
  const initial = state.initialContactId;
  let holder: ContactReference | null = initial === null ? null : { contactId: initial };
  let owner: ContactReference | null = null;
  const rows: PlannedDistribution[] = [];
  for (const { firstChangeNumber, status, changedAt, fromEmail, toEmail, tellsOwner } of traceTransfers(history)) {
    const oldContact = findSender(fromEmail, holder, directory);
    const newContact = toEmail === null ? null : directory.find(toEmail);
    rows.push({ firstChangeNumber, oldContact, newContact, status, changedAt });
    if (status !== 'CONFIRMED' || newContact === null) continue;
    holder = newContact;
    if (tellsOwner) owner = newContact;
  }
  return { rows, owner };
}

/** Whether the rows of a ticket are others than those on record. */
export function isOtherDistribution(
  planned: readonly PlannedDistribution[],
  recorded: readonly DistributionRow[],
): boolean {
  if (isOtherCourse(planned, recorded)) return true;
  return planned.some((row) => {
    const old = findRow(recorded, row);
    return (
      !isContact(row.oldContact, old?.oldContactId ?? null) || !isContact(row.newContact, old?.newContactId ?? null)
    );
  });
}

/**
 * Whether a ticket's history tells of transfers of which its rows know nothing: they came while `enableTicketDistributionToCulturalContact` was false.
 * Whom an e-mail means now is not asked: what is told again changes no row for that.
 */
export function isBehind({ history, distribution, undistributed }: TicketState): boolean {
  return undistributed.length > 0 || isOtherCourse(traceTransfers(inOrder(history)), distribution);
}

/** Whether a reference means the contact of this id; null means none. */
export function isContact(reference: ContactReference | null, contactId: string | null): boolean {
  if (reference === null || contactId === null) return reference === null && contactId === null;
  return 'contactId' in reference && reference.contactId === contactId;
}

/**
 * The holder by the ticket's own chain where the record says nothing else. Where it names another e-mail, a transfer before was not
 * seen: then the contact of that e-mail, if there is one.
 */
function findSender(
  email: string | null,
  holder: ContactReference | null,
  directory: Directory,
): ContactReference | null {
  if (email === null || (holder !== null && directory.has(holder, email))) return holder;
  return directory.find(email) ?? holder;
}

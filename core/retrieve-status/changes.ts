import type { EmailKeys, PastChange, TicketState } from './page-state';
import { toFamily } from './status';
import type { WalletPerson, WalletRecord } from './wallet-record';

/** First and last name of a temporary contact: only its e-mail is known yet (domain.md 8.4). */
export const temporaryName = { firstName: 'Pending', lastName: 'CREATION' } as const;

/** A record, and what counts of it for owners and transfers. */
export interface Change {
  readonly record: WalletRecord;
  readonly past: PastChange;
}

/** What counts of a record for owners and transfers; `keys` are those of its page. */
export function toChange(record: WalletRecord, keys: EmailKeys): Change {
  const { changeNumber, changedAt, status } = record;
  // No other change means a contact, and the e-mails of no other one were looked up.
  const [fromEmail, toEmail, ownerEmail] = emailsOfTransfer(record).map((email) =>
    email === null ? null : (keys.get(email) ?? email),
  );
  const emails = { fromEmail: fromEmail ?? null, toEmail: toEmail ?? null, ownerEmail: ownerEmail ?? null };
  return { record, past: { changeNumber, changedAt, status, ...emails } };
}

/** E-mails of sender, recipient and owner of a transfer, as they are written; none of any other change. */
export function emailsOfTransfer({ status, owner, transfer }: WalletRecord): readonly (string | null)[] {
  if (toFamily(status) !== 'transfer') return [];
  return [transfer?.fromEmail ?? null, transfer?.toEmail ?? null, owner?.email ?? null];
}

/** E-mail of the one who gets the ticket by this change; the owner is that only once a transfer is done. */
export function toRecipientEmail(change: PastChange): string | null {
  return change.toEmail ?? (change.status === 'TRANSFERRED' ? change.ownerEmail : null);
}

/** Whether the recipient of this change has a contact from then on: found, or created (domain.md 8.4). */
export function hasContact(change: PastChange): boolean {
  return change.status === 'PENDING_TRANSFER' || change.status === 'TRANSFERRED';
}

/**
 * The person with whom a TRANSFERRED record creates or completes the contact of its recipient; null when it tells no name, for a
 * contact without one would pass for a real one and never be completed. Its e-mail is the one that the transfer went to: somebody may
 * take a ticket with another account, and the next record of this ticket names the e-mail of the transfer again.
 */
export function toRecipient({ record, past }: Change): WalletPerson | null {
  const { owner, transfer } = record;
  if (record.status !== 'TRANSFERRED' || owner === null) return null;
  const { firstName, lastName } = owner;
  if (firstName === null && lastName === null) return null;
  if (firstName === temporaryName.firstName && lastName === temporaryName.lastName) return null;
  const isSame = past.toEmail === null || past.toEmail === past.ownerEmail;
  return isSame ? owner : { ...owner, email: transfer?.toEmail ?? null };
}

/** The changes of a ticket in order: by number, which is unique within a ticket. */
export function inOrder(changes: readonly PastChange[]): readonly PastChange[] {
  return [...changes].sort((left, right) => left.changeNumber - right.changeNumber);
}

/**
 * Whether a ticket has TRANSFERRED changes of which no row was written, so that what they tell of people is needed once more. True as well for one
 * whose TRANSFERRED was only told again: then it is needed for nothing.
 */
export function isUndistributed({
  distributes,
  history,
  distribution,
}: Pick<TicketState, 'distributes' | 'history' | 'distribution'>): boolean {
  if (!distributes) return false;
  const transferred = history.filter(({ status }) => status === 'TRANSFERRED').length;
  return transferred > distribution.filter(({ status }) => status === 'CONFIRMED').length;
}

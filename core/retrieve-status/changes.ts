import type { PastChange } from './page-state';
import type { WalletPerson, WalletRecord } from './wallet-record';

/** First and last name of a temporary contact: only its e-mail is known yet (domain.md 8.4). */
export const temporaryName = { firstName: 'Pending', lastName: 'CREATION' } as const;

/** What counts of a record for owners and transfers. */
export function toPastChange(record: WalletRecord): PastChange {
  return {
    changeNumber: record.changeNumber,
    changedAt: record.changedAt,
    status: record.status,
    fromEmail: toEmailKey(record.transfer?.fromEmail ?? null),
    toEmail: toEmailKey(record.transfer?.toEmail ?? null),
    ownerEmail: toEmailKey(record.owner?.email ?? null),
  };
}

/** An e-mail as contacts are looked up by it (domain.md 8.4: upper and lower case are the same). */
export function toEmailKey<T extends string | null>(email: T): T extends string ? string : null;
export function toEmailKey(email: string | null): string | null {
  return email === null ? null : email.toLowerCase();
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
export function toRecipient(record: WalletRecord): WalletPerson | null {
  const { owner, transfer } = record;
  if (record.status !== 'TRANSFERRED' || owner === null) return null;
  const { firstName, lastName } = owner;
  if (firstName === null && lastName === null) return null;
  if (firstName === temporaryName.firstName && lastName === temporaryName.lastName) return null;
  const toEmail = transfer?.toEmail ?? null;
  const isSame = toEmail === null || toEmailKey(toEmail) === toEmailKey(owner.email);
  return isSame ? owner : { ...owner, email: toEmail };
}

/** The changes of a ticket in order: by number, which is unique within a ticket. */
export function inOrder(changes: readonly PastChange[]): readonly PastChange[] {
  return [...changes].sort((left, right) => left.changeNumber - right.changeNumber);
}

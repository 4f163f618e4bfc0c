import type { MobileStatus } from '../../../core/retrieve-status/wallet-record';

/** What a test says of a record; `from` and `to` are e-mails of a transfer, `owner` fields of `spectatorDetails`. */
export interface GivenRecord {
  readonly change: number;
  readonly ticket?: string;
  readonly status?: MobileStatus;
  readonly from?: string;
  readonly to?: string;
  readonly owner?: Readonly<Record<string, unknown>>;
}

/** A record as TIXNGO sends it; its time follows from its change number. */
export function record({ change, ticket = '1', status = 'DOWNLOADED', from, to, owner }: GivenRecord): object {
  const transfer = {
    ...(from === undefined ? {} : { from: { email: from } }),
    ...(to === undefined ? {} : { to: { email: to } }),
  };
  return {
    changeNumber: change,
    changedAt: timeOf(change),
    ticketId: ticket,
    status,
    ...(owner === undefined ? {} : { spectatorDetails: owner }),
    ...(from === undefined && to === undefined ? {} : { transfer }),
  };
}

/** The time of a change, by its number. */
export function timeOf(change: number): string {
  const minutes = String(change % 60).padStart(2, '0');
  const hours = String(Math.floor(change / 60) % 24).padStart(2, '0');
  return `2026-06-14T${hours}:${minutes}:00Z`;
}

/** Details of a person whose e-mail is `email`. */
export function person(email: string, firstName = 'Ada', lastName = 'Lovelace'): Readonly<Record<string, unknown>> {
  return { firstName, lastName, email };
}

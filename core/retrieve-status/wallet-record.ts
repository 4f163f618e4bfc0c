/** Every status a wallet can report (domain.md 8.3). */
export const mobileStatuses = [
  'INJECTED',
  'DOWNLOADED',
  'ASSIGNED',
  'PENDING_TRANSFER',
  'FAILURE_TRANSFER',
  'FAILURE',
  'TRANSFERRED',
  'BT_ACTIVATED',
  'MANUAL_ACTIVATED',
  'OFFLINE_ACTIVATED',
  'ONLINE_ACTIVATED',
  'ACTIVATED',
  'DEACTIVATED',
  'CONTROLLED',
  'DELETION_PENDING',
  'DELETED',
  'DEFAULT',
  'INVALID',
  'PENDING',
] as const;
export type MobileStatus = (typeof mobileStatuses)[number];

/** A person as the wallet knows one; null is not told. `dateOfBirth` is yyyy-MM-dd, countries ISO 3166-1 alpha-2, language ISO 639-1. */
export interface WalletPerson {
  readonly title: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly dateOfBirth: string | null;
  readonly email: string | null;
  readonly nationality: string | null;
  readonly idCardNumber: string | null;
  readonly phoneNumber: string | null;
  readonly residenceCountry: string | null;
  readonly language: string | null;
  readonly allowPromoEmail: boolean | null;
  readonly allowThirdPartyEmail: boolean | null;
}

/** One change of a ticket in the wallet: a valid record of a diff page (tixngo-api.md "Diff record"). */
export interface WalletRecord {
  /** From 0 to 2^53 - 1; a later change of the same ticket has a higher one. */
  readonly changeNumber: number;
  /** ISO 8601 in UTC. */
  readonly changedAt: string;
  /** Digits: S-360's ticket id. */
  readonly ticketId: string;
  readonly status: MobileStatus;
  readonly owner: WalletPerson | null;
  /** E-mails of a transfer, as written; null is not told. */
  readonly transfer: { readonly fromEmail: string | null; readonly toEmail: string | null } | null;
  readonly transferLevel: number | null;
  /** The whole record as JSON text that Postgres can store; what S-360 shows of it is taken out of it there. */
  readonly json: string;
}

/**
 * Why a record is put aside. UNKNOWN_TICKET and UNKNOWN_STATUS are no fault of the record; INVALID and TOO_LARGE break the contract
 * (reliability.md F23). SKIPPED is kept for the day on which its ticket is not skipped any more, and warns nobody (decision 46).
 */
export const putAsideReasons = ['UNKNOWN_TICKET', 'UNKNOWN_STATUS', 'INVALID', 'TOO_LARGE', 'SKIPPED'] as const;
export type PutAsideReason = (typeof putAsideReasons)[number];

/** A record that cannot be applied now. */
export interface PutAsideRecord {
  /** Unique within the account: `change 4711 of ticket 12`, or `hash 9f...` of the payload where it has no number or names no ticket. */
  readonly identity: string;
  readonly ticketId: string | null;
  readonly reason: PutAsideReason;
  /** What is wrong, by path; never a value of the record. Of a SKIPPED one with which nothing is wrong, `nothingWrong`. */
  readonly problem: string;
  /** The payload as JSON text that Postgres can store. */
  readonly json: string;
}

/** The problem of a record that could be applied, if its ticket were not skipped. */
export const nothingWrong = 'its ticket is on the skip list';

/** A diff page as it was read: every record is in exactly one of the two lists, each in the order of the page. */
export interface DiffPage {
  readonly records: readonly WalletRecord[];
  readonly putAside: readonly PutAsideRecord[];
  readonly paginationKey: string;
  readonly hasMore: boolean;
}

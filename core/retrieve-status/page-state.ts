import type { MobileStatus, PutAsideRecord, WalletPerson, WalletRecord } from './wallet-record';

/** What Postgres knows of a ticket that a page names. */
export interface TicketState {
  readonly ticketId: string;
  /** Status in S-360. */
  readonly status: string;
  readonly initialContactId: string | null;
  readonly currentContactId: string | null;
  /** Has a mark of inject-tickets or inject-privileges, or a push holds it at the moment and writes the mark itself. */
  readonly injected: boolean;
  /** Sent, and the answer was lost: that it is in the wallet is no surprise. */
  readonly answerLost: boolean;
  /** On the skip list of a retrieve-status schedule of its organization's interface. */
  readonly skipped: boolean;
  /** `enableTicketDistributionToCulturalContact` of its organization's interface. */
  readonly distributes: boolean;
  /** All changes on record, in any order. */
  readonly history: readonly PastChange[];
  readonly distribution: readonly DistributionRow[];
  /**
   * Its TRANSFERRED records, as JSON, where it has more of them than CONFIRMED rows: some came while distribution was switched off, and the contacts
   * that they tell of are not written yet. Empty for any other ticket.
   */
  readonly undistributed: readonly unknown[];
  /** Its current row in `mobile_ticket`. */
  readonly current: { readonly changeNumber: number; readonly changedAt: string } | null;
}

/** What counts of a change for owners and transfers; e-mails are those by which contacts are looked up. */
export interface PastChange {
  readonly changeNumber: number;
  readonly changedAt: string;
  readonly status: MobileStatus;
  readonly fromEmail: string | null;
  readonly toEmail: string | null;
  readonly ownerEmail: string | null;
}

/** One transfer of a ticket (domain.md 8.4); unique by ticket and the number of its first change. */
export interface DistributionRow {
  readonly firstChangeNumber: number;
  readonly oldContactId: string | null;
  readonly newContactId: string | null;
  readonly status: 'PENDING' | 'CONFIRMED' | 'CANCELLED';
  readonly changedAt: string;
}

/** A contact that an e-mail of the page may mean. */
export interface ContactState {
  readonly contactId: string;
  /** As it is looked up. */
  readonly email: string;
  /** First name "Pending", last name "CREATION". */
  readonly temporary: boolean;
  readonly hasInternetAccount: boolean;
  readonly kind: 'INDIVIDUAL' | 'RELAY';
  readonly createdAt: string;
  /**
   * Present when its data came from a record and nobody changed it since: a record of a lower change number mends it, so that the end is the
   * same in whatever order records arrive (decision 35).
   */
  readonly filledBy: number | null;
}

/**
 * E-mails of a page as contacts are looked up by them (domain.md 8.4: upper and lower case are the same). Only those are here that are looked up by
 * another text. Postgres alone says which: JavaScript has another lower case of some letters, of the dotted capital I and of a sigma at the end of a word.
 */
export type EmailKeys = ReadonlyMap<string, string>;

/** What a page changes; computed by `applyPage`, written by one transaction. */
export interface PageEffects {
  /** New changes only: one that is on record already is not here. */
  readonly history: readonly WalletRecord[];
  /** New current rows: the newest change of each ticket where it is newer than the row on record. */
  readonly current: readonly WalletRecord[];
  /** Tickets without an injection mark: the mark is written, NOT_PRINTED becomes PRINTED (domain.md 8.3). */
  readonly seen: readonly string[];
  readonly createContacts: readonly NewContact[];
  readonly fillContacts: readonly FilledContact[];
  /** New cultural contact of a ticket. */
  readonly owners: readonly { readonly ticketId: string; readonly contact: ContactReference }[];
  /** All rows that a ticket has from now on, for tickets whose rows differ from those on record. */
  readonly distribution: readonly { readonly ticketId: string; readonly rows: readonly PlannedDistribution[] }[];
  /** What is put aside, and what is kept of skipped tickets; the latter counts as skipped. */
  readonly putAside: readonly PutAsideRecord[];
  readonly counts: PageCounts;
}

/** A contact on record, or the one that this page creates for an e-mail, as that is looked up. */
export type ContactReference = { readonly contactId: string } | { readonly createdFor: string };

/** A contact to create: temporary when `person` is null (only the e-mail is known), else with an internet account. */
export interface NewContact {
  readonly email: string;
  readonly person: WalletPerson | null;
  readonly changeNumber: number;
}

/** A contact whose data is replaced by a record's: a temporary one, or one that a later record filled. It gets an internet account. */
export interface FilledContact {
  readonly contactId: string;
  readonly person: WalletPerson;
  readonly changeNumber: number;
}

export interface PlannedDistribution {
  readonly firstChangeNumber: number;
  readonly oldContact: ContactReference | null;
  readonly newContact: ContactReference | null;
  readonly status: DistributionRow['status'];
  readonly changedAt: string;
}

/** Numbers of records; `records` is the sum of the six after it. */
export interface PageCounts {
  readonly records: number;
  /** The newest change of its ticket. */
  readonly applied: number;
  /** Written into the history, the ticket stays as a newer change left it. */
  readonly older: number;
  /** On record already. */
  readonly repeated: number;
  /** Of a ticket on the skip list: kept for later, if it is not on record. */
  readonly skipped: number;
  readonly putAside: number;
  /** Put aside already, by an earlier reading of the same record. */
  readonly putAsideBefore: number;
  /** Tickets seen in the wallet without an injection mark. */
  readonly seen: number;
}

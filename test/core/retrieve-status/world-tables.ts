import type { DistributionRow } from '../../../core/retrieve-status/page-state';
import type { PutAsideRecord, WalletPerson, WalletRecord } from '../../../core/retrieve-status/wallet-record';

/** A contact as the test's database holds it. */
export interface WorldContact {
  readonly id: string;
  readonly kind: 'INDIVIDUAL' | 'RELAY';
  readonly createdAt: string;
  email: string;
  firstName: string | null;
  lastName: string | null;
  person: WalletPerson | null;
  account: boolean;
  filledBy: number | null;
}

/** A ticket with what stands of it in the tables of retrieve-status. */
export interface WorldTicket {
  readonly id: string;
  readonly initialContactId: string | null;
  distributes: boolean;
  skipped: boolean;
  status: string;
  injected: boolean;
  answerLost: boolean;
  currentContactId: string | null;
  readonly history: Map<number, WalletRecord>;
  distribution: readonly DistributionRow[];
  current: WalletRecord | null;
}

/** The tables that retrieve-status writes, in memory. */
export interface Tables {
  readonly tickets: ReadonlyMap<string, WorldTicket>;
  readonly contacts: readonly WorldContact[];
  /** Why a record was put aside, applied or not. */
  readonly putAside: ReadonlyMap<string, string>;
  /** Rows of `putAside` that are not applied, with their payload. */
  readonly open: ReadonlyMap<string, PutAsideRecord>;
}

/** An e-mail as Postgres looks it up, with the locale that our own clusters have: letter by letter, unlike JavaScript. */
export function toKey(email: string): string {
  return Array.from(email, (letter) => (letter === 'İ' ? 'i' : letter.toLowerCase())).join('');
}

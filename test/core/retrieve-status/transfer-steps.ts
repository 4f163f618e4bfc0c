import type { MobileStatus } from '../../../core/retrieve-status/wallet-record';
import { type GivenRecord, record } from './records';
import { World } from './wallet-world';

export const BOB = '102';
export const contacts = [
  { id: '101', email: 'anna@x.example' },
  { id: BOB, email: 'bob@x.example' },
  { id: '103', email: 'cleo@x.example' },
];

/** One ticket, of Anna. */
export function newWorld(): World {
  return new World({ tickets: [{ id: '1', contact: '101' }], contacts });
}

/** A change, its status and who gives to whom, by the first letters of their names. */
export type Step = readonly [change: number, status: MobileStatus, parties?: string];

const emails: Readonly<Record<string, string>> = { a: 'anna@x.example', b: 'bob@x.example', c: 'cleo@x.example' };

/** The record of a step as TIXNGO sends it. */
export function step([change, status, parties = '']: Step): object {
  const [from = '', to = ''] = parties.split('>');
  const told: GivenRecord = { change, status };
  const fromEmail = emails[from];
  const toEmail = emails[to];
  return record({ ...told, ...(fromEmail && { from: fromEmail }), ...(toEmail && { to: toEmail }) });
}

/** The rows of distribution of the ticket, in the order of their changes. */
export function rowsOf(world: World): readonly string[] {
  return [...world.ticket('1').distribution]
    .sort((left, right) => left.firstChangeNumber - right.firstChangeNumber)
    .map(
      (row) =>
        `${String(row.firstChangeNumber)} ${row.oldContactId ?? '-'}>${row.newContactId ?? '-'} ${row.status} ${row.changedAt}`,
    );
}

export const P = 'PENDING_TRANSFER';
export const T = 'TRANSFERRED';

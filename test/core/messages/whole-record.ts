import { isWalletRecord, parseRecord } from '../../../core/messages/parse-wallet-record';
import type { PutAsideRecord, WalletRecord } from '../../../core/retrieve-status/wallet-record';

/** A record with every field that TIXNGO may tell. */
export const whole = {
  changeNumber: 4711,
  changedAt: '2026-06-14T18:00:00.123Z',
  ticketId: '100010003',
  taxNumber: '240000010003',
  status: 'TRANSFERRED',
  spectatorDetails: {
    title: 'Dr',
    gender: 'F',
    firstName: ' Ada ',
    lastName: 'Lovelace',
    email: 'Ada@X.example',
    dateOfBirth: '2000-02-29',
    nationality: 'GB',
    idCardNumber: 'X 1',
    phoneNumber: '+44 1',
    residenceCountry: 'CH',
    language: 'en',
    organizerSpectatorPreference: { allowPromoEmail: true, allowThirdPartyEmail: false },
  },
  holder: { firstName: 'Ada', lastName: 'L', dateOfBirth: '2000-02-29', idCardNumber: 'X', residenceCountry: 'CH' },
  transfer: { from: { email: 'a@x.example' }, to: { email: 'Ada@X.example' }, direction: 'OUT', reason: 'gift' },
  transferLevel: 2,
  activation: { method: 'online', time: '2026-06-14T20:00:00+02:00' },
  ticketDetails: { main: [{ key: 'gate', value: 'A' }], extra: [{ key: 'k', value: '' }] },
  deletion: { reason: 'THEFT', visible: false },
};

/** The whole record with other values at paths such as `transfer.to.email`; undefined takes the field out. */
export function but(changes: Readonly<Record<string, unknown>>): object {
  const copy: Record<string, unknown> = structuredClone(whole);
  for (const [path, value] of Object.entries(changes)) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    const parent = names.reduce<Record<string, unknown>>((part, name) => {
      const inner = part[name];
      if (!isRecord(inner)) throw new Error(`No object at ${path}`);
      return inner;
    }, copy);
    if (value === undefined) Reflect.deleteProperty(parent, last);
    else parent[last] = value;
  }
  return copy;
}

export function read(value: unknown): WalletRecord | PutAsideRecord {
  return parseRecord(value, JSON.stringify(value));
}

export function readGood(value: unknown): WalletRecord {
  const record = read(value);
  if (!isWalletRecord(record)) throw new Error(`${record.reason}: ${record.problem}`);
  return record;
}

export function refused(value: unknown): PutAsideRecord {
  const record = read(value);
  if (isWalletRecord(record)) throw new Error('The record is valid');
  return record;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

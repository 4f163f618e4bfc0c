import { mobileStatuses, type MobileStatus, nothingWrong } from '../retrieve-status/wallet-record';
import type { PutAsideReason, PutAsideRecord, WalletPerson, WalletRecord } from '../retrieve-status/wallet-record';
import { toCanonicalJson } from './canonical-json';
import { isCountryCode } from './country-codes';
import { isLanguageCode } from './language-codes';
import * as read from './read-fields';
import type { Part } from './read-fields';
import { cutDeep, isTooDeep, toStorableJson } from './storable-json';
import { toTextHash } from './text-hash';

/** Most bytes of a record in UTF-8. A real one has one or two thousand; the rest of a page must not wait for a monster. */
export const LARGEST_RECORD_BYTES = 64 * 1024;

const PROBLEMS_SHOWN = 3;
const MOST_TRANSFERS = 2 ** 31 - 1;
const TICKET_ID = /^[1-9]\d{0,17}$/;
// What TIXNGO allows in a ticketId (tixngo-api.md "Ticket to inject"): other texts may be anything, a name or an e-mail too.
const PRINTABLE_ID = /^[A-Za-z0-9 *.\-_+/()]{1,256}$/;
const statuses: ReadonlySet<string> = new Set(mobileStatuses);

/**
 * Reads one record of the diff operation; `json` is its text as it came. Strict on what S-360 stores or shows, blind to extra fields; a
 * record that cannot be applied comes back with its reason and, in the problem, paths without values.
 */
export function parseRecord(value: unknown, json: string): WalletRecord | PutAsideRecord {
  if (isTooDeep(value)) return putAside({ value: cutDeep(value), reason: 'INVALID', problem: 'nested too deep' });
  return readRecord(value, { json: JSON.stringify(value), bytes: countBytes(json) });
}

/** Reads one record of a page, whose text was not kept. */
export function parsePageRecord(value: unknown): WalletRecord | PutAsideRecord {
  if (isTooDeep(value)) return putAside({ value: cutDeep(value), reason: 'INVALID', problem: 'nested too deep' });
  const json = JSON.stringify(value);
  return readRecord(value, { json, bytes: countBytes(json) });
}

/** Whether a record can be applied to its ticket, if S-360 has that. */
export function isWalletRecord(record: WalletRecord | PutAsideRecord): record is WalletRecord {
  return 'changedAt' in record;
}

/** Puts a record aside whose ticket S-360 does not have. */
export function putAsideUnknownTicket(record: WalletRecord): PutAsideRecord {
  return {
    identity: toChangeIdentity(record),
    ticketId: record.ticketId,
    reason: 'UNKNOWN_TICKET',
    problem: 'ticketId names no ticket of this account in S-360',
    json: record.json,
  };
}

/** Keeps a record of a skipped ticket; one that could not be applied anyway keeps its problem. */
export function putAsideSkipped(record: WalletRecord | PutAsideRecord): PutAsideRecord {
  if (!isWalletRecord(record)) return { ...record, reason: 'SKIPPED' };
  const { ticketId, json } = record;
  return { identity: toChangeIdentity(record), ticketId, reason: 'SKIPPED', problem: nothingWrong, json };
}

function readRecord(value: unknown, text: { json: string; bytes: number }): WalletRecord | PutAsideRecord {
  const json = text.json;
  if (text.bytes > LARGEST_RECORD_BYTES) {
    return putAside({ value, json, reason: 'TOO_LARGE', problem: `more than ${String(LARGEST_RECORD_BYTES)} bytes` });
  }
  if (!read.isObject(value)) return putAside({ value, json, reason: 'INVALID', problem: 'no object' });
  const part: Part = { fields: value, path: '', problems: [] };
  const record = readFields(part, json);
  if (part.problems.length > 0) {
    const shown = part.problems.slice(0, PROBLEMS_SHOWN).join('; ');
    const problem = part.problems.length > PROBLEMS_SHOWN ? `${shown}; ...` : shown;
    return putAside({ value, json, reason: 'INVALID', problem });
  }
  if (!isMobileStatus(record.status)) {
    return putAside({ value, json, reason: 'UNKNOWN_STATUS', problem: 'status is none of the known ones' });
  }
  if (!TICKET_ID.test(record.ticketId)) {
    return putAside({ value, json, reason: 'UNKNOWN_TICKET', problem: 'ticketId is no ticket id of S-360' });
  }
  return { ...record, status: record.status };
}

type Unjudged = Omit<WalletRecord, 'status'> & { readonly status: string };

function readFields(part: Part, json: string): Unjudged {
  read.readText(part, 'taxNumber');
  const record = {
    changeNumber: required(part, 'changeNumber', read.readNumber(part, 'changeNumber', Number.MAX_SAFE_INTEGER)) ?? 0,
    changedAt: required(part, 'changedAt', read.readTime(part, 'changedAt')) ?? '',
    ticketId: required(part, 'ticketId', read.readText(part, 'ticketId')) ?? '',
    status: required(part, 'status', read.readText(part, 'status')) ?? '',
    owner: readPerson(read.readPart(part, 'spectatorDetails')),
    transfer: readTransfer(read.readPart(part, 'transfer')),
    transferLevel: read.readNumber(part, 'transferLevel', MOST_TRANSFERS),
    json: toStorableJson(json),
  };
  checkShown(part);
  return record;
}

function required<T>(part: Part, name: string, value: T | null): T | null {
  const given = part.fields[name];
  const isAbsent = given === undefined || given === null || (typeof given === 'string' && given.trim() === '');
  return value === null && isAbsent ? read.note(part, name, 'is missing') : value;
}

function readPerson(part: Part | null): WalletPerson | null {
  if (part === null) return null;
  const preference = read.readPart(part, 'organizerSpectatorPreference');
  read.readText(part, 'gender');
  return {
    title: read.readText(part, 'title'),
    firstName: read.readText(part, 'firstName'),
    lastName: read.readText(part, 'lastName'),
    dateOfBirth: read.readDay(part, 'dateOfBirth'),
    email: read.readEmail(part, 'email'),
    nationality: readCountry(part, 'nationality'),
    idCardNumber: read.readText(part, 'idCardNumber'),
    phoneNumber: read.readText(part, 'phoneNumber'),
    residenceCountry: readCountry(part, 'residenceCountry'),
    language: read.readWord(part, 'language', { accepts: isLanguageCode, wrong: 'is no ISO 639-1 language' }),
    allowPromoEmail: preference === null ? null : read.readFlag(preference, 'allowPromoEmail'),
    allowThirdPartyEmail: preference === null ? null : read.readFlag(preference, 'allowThirdPartyEmail'),
  };
}

function readCountry(part: Part, name: string): string | null {
  return read.readWord(part, name, { accepts: isCountryCode, wrong: 'is no ISO 3166-1 alpha-2 country' });
}

function readTransfer(part: Part | null): WalletRecord['transfer'] {
  if (part === null) return null;
  const from = read.readPart(part, 'from');
  const to = read.readPart(part, 'to');
  read.readText(part, 'direction');
  read.readText(part, 'reason');
  return {
    fromEmail: from === null ? null : read.readEmail(from, 'email'),
    toEmail: to === null ? null : read.readEmail(to, 'email'),
  };
}

/** What S-360 shows as it came: read out of the stored record, so it must hold what its fields promise. */
function checkShown(part: Part): void {
  checkHolder(read.readPart(part, 'holder'));
  const details = read.readPart(part, 'ticketDetails');
  if (details !== null) {
    read.checkKeyValues(details, 'main');
    read.checkKeyValues(details, 'extra');
  }
  const activation = read.readPart(part, 'activation');
  if (activation !== null) {
    read.readText(activation, 'method');
    read.readTime(activation, 'time');
  }
  const deletion = read.readPart(part, 'deletion');
  if (deletion !== null) {
    read.readText(deletion, 'reason');
    read.readFlag(deletion, 'visible');
  }
}

function checkHolder(part: Part | null): void {
  if (part === null) return;
  for (const name of ['firstName', 'lastName', 'idCardNumber']) read.readText(part, name);
  read.readDay(part, 'dateOfBirth');
  readCountry(part, 'residenceCountry');
}

function isMobileStatus(text: string): text is MobileStatus {
  return statuses.has(text);
}

interface Refused {
  readonly value: unknown;
  readonly json?: string;
  readonly reason: PutAsideReason;
  readonly problem: string;
}

function putAside({ value, json = JSON.stringify(value), reason, problem }: Refused): PutAsideRecord {
  const fields = read.isObject(value) ? value : {};
  const ticketId = toShownId(fields.ticketId);
  return {
    identity: toIdentity({ changeNumber: fields.changeNumber, ticketId, value }),
    ticketId,
    reason,
    problem,
    json: toStorableJson(json),
  };
}

/** A ticket id as it is read, without blanks around it; null when there is none that may be shown. */
function toShownId(ticketId: unknown): string | null {
  const text = typeof ticketId === 'string' ? ticketId.trim() : '';
  return PRINTABLE_ID.test(text) ? text : null;
}

interface Identified {
  readonly changeNumber: unknown;
  readonly ticketId: string | null;
  readonly value: unknown;
}

/**
 * Change numbers are those of a ticket (decision 37): without ticket or number the content tells records apart. The hash is that of the
 * canonical text: the record is the same when it comes back from a jsonb column, which orders fields its way.
 */
function toIdentity({ changeNumber, ticketId, value }: Identified): string {
  const isNumber = typeof changeNumber === 'number' && Number.isSafeInteger(changeNumber) && changeNumber >= 0;
  if (isNumber && ticketId !== null) return toChangeIdentity({ changeNumber, ticketId });
  return `hash ${toTextHash(toStorableJson(toCanonicalJson(value)))}`;
}

/** `db/queries/retrieve-status/write-page.ts` writes the same text. */
function toChangeIdentity({ changeNumber, ticketId }: Pick<WalletRecord, 'changeNumber' | 'ticketId'>): string {
  return `change ${String(changeNumber)} of ticket ${ticketId}`;
}

/** Bytes in UTF-8; counted only where the number of UTF-16 units leaves it open. */
function countBytes(text: string): number {
  if (text.length > LARGEST_RECORD_BYTES || text.length * 3 <= LARGEST_RECORD_BYTES) return text.length;
  let bytes = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    // Half of a pair is two of its four bytes.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3;
  }
  return bytes;
}

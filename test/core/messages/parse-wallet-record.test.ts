import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { parse } from 'yaml';
import { isWalletRecord, parseRecord } from '../../../core/messages/parse-wallet-record';
import { mobileStatuses, type PutAsideRecord, type WalletRecord } from '../../../core/retrieve-status/wallet-record';

const SECRET = 'Secret';
const whole = {
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

function read(value: unknown): WalletRecord | PutAsideRecord {
  return parseRecord(value, JSON.stringify(value));
}

function readGood(value: unknown): WalletRecord {
  const record = read(value);
  if (!isWalletRecord(record)) throw new Error(`${record.reason}: ${record.problem}`);
  return record;
}

/** The whole record with other values at paths such as `transfer.to.email`; undefined takes the field out. */
function but(changes: Readonly<Record<string, unknown>>): object {
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

test('a record with everything is read', () => {
  const { gender: _, organizerSpectatorPreference: consents, ...person } = whole.spectatorDetails;
  const { json, ...record } = readGood(whole);
  expect(record).toEqual({
    changeNumber: 4711,
    changedAt: '2026-06-14T18:00:00.123Z',
    ticketId: '100010003',
    status: 'TRANSFERRED',
    owner: { ...person, ...consents, firstName: 'Ada' },
    transfer: { fromEmail: 'a@x.example', toEmail: 'Ada@X.example' },
    transferLevel: 2,
  });
  expect(JSON.parse(json)).toEqual(whole);
});

test('a record with nothing but its four fields is read', () => {
  const { changeNumber, changedAt, ticketId, status } = whole;
  expect(readGood({ changeNumber, changedAt, ticketId, status })).toMatchObject({
    owner: null,
    transfer: null,
    transferLevel: null,
  });
});

test.each(mobileStatuses)('status %s is known', (status) => {
  expect(readGood(but({ status })).status).toBe(status);
});

test('extra fields, null and blank texts are no problem: they tell nothing', () => {
  const parts = {
    holder: null,
    transfer: null,
    transferLevel: null,
    activation: null,
    ticketDetails: null,
    deletion: null,
  };
  const person = {
    'spectatorDetails.email': '',
    'spectatorDetails.dateOfBirth': null,
    'spectatorDetails.language': ' ',
  };
  const record = readGood(but({ ...parts, ...person, 'spectatorDetails.pet': { name: 'Rex' }, weather: ['rain'] }));
  expect(record.owner).toMatchObject({ email: null, dateOfBirth: null, language: null, firstName: 'Ada' });
  expect(record.json).toContain('"weather":["rain"]');
});

describe('a time', () => {
  test.each([
    ['2026-06-14T18:00:00Z', '2026-06-14T18:00:00Z'],
    ['2026-06-14T20:00:00.5+02:00', '2026-06-14T18:00:00.5Z'],
    ['2026-06-14t18:00:00z', '2026-06-14T18:00:00Z'],
    ['2026-06-14T18:00:00.123456789Z', '2026-06-14T18:00:00.123456Z'],
    ['2026-01-01T00:30:00+01:00', '2025-12-31T23:30:00Z'],
  ])('%s is kept in UTC, as precisely as Postgres does', (changedAt, utc) => {
    expect(readGood(but({ changedAt })).changedAt).toBe(utc);
  });
});

describe('a record is INVALID, by path and without a value', () => {
  test.each([
    ['changeNumber', undefined, 'changeNumber is missing'],
    ['changeNumber', '4711', 'changeNumber is no whole number'],
    ['changeNumber', -1, 'changeNumber is no whole number'],
    ['changeNumber', 1.5, 'changeNumber is no whole number'],
    ['changeNumber', 2 ** 53, 'changeNumber is no whole number'],
    ['changedAt', undefined, 'changedAt is missing'],
    ['changedAt', 1_700_000_000, 'changedAt is no text'],
    ['changedAt', '2026-06-14', 'changedAt is no RFC 3339 time'],
    ['changedAt', '2026-02-30T10:00:00Z', 'changedAt is no RFC 3339 time'],
    ['changedAt', '2026-02-28T10:00:00', 'changedAt is no RFC 3339 time'],
    ['changedAt', '0000-02-28T10:00:00Z', 'changedAt is no RFC 3339 time'],
    ['changedAt', '0001-01-01T00:00:00+14:00', 'changedAt is no RFC 3339 time'],
    ['ticketId', undefined, 'ticketId is missing'],
    ['ticketId', ' ', 'ticketId is missing'],
    ['ticketId', 100010003, 'ticketId is no text'],
    ['status', null, 'status is missing'],
    ['status', 7, 'status is no text'],
    ['taxNumber', 7, 'taxNumber is no text'],
    ['spectatorDetails', SECRET, 'spectatorDetails is no object'],
    ['spectatorDetails', [SECRET], 'spectatorDetails is no object'],
    ['spectatorDetails.firstName', { is: SECRET }, 'spectatorDetails.firstName is no text'],
    ['spectatorDetails.lastName', SECRET.repeat(50), 'spectatorDetails.lastName is longer than 256 characters'],
    ['spectatorDetails.email', SECRET, 'spectatorDetails.email is no e-mail address'],
    ['spectatorDetails.email', ' ada@x.example', 'spectatorDetails.email is no e-mail address'],
    ['spectatorDetails.email', 'a\ud800b@x.example', 'spectatorDetails.email is no e-mail address'],
    ['spectatorDetails.email', 'a\u0000b@x.example', 'spectatorDetails.email is no e-mail address'],
    ['spectatorDetails.dateOfBirth', '2001-02-29', 'spectatorDetails.dateOfBirth is no day'],
    ['spectatorDetails.dateOfBirth', '1990-02-30', 'spectatorDetails.dateOfBirth is no day'],
    ['spectatorDetails.dateOfBirth', '14.06.1990', 'spectatorDetails.dateOfBirth is no day'],
    ['spectatorDetails.dateOfBirth', '0000-01-01', 'spectatorDetails.dateOfBirth is no day'],
    ['spectatorDetails.nationality', 'GBR', 'spectatorDetails.nationality is no ISO 3166-1 alpha-2 country'],
    ['spectatorDetails.residenceCountry', 'ch', 'spectatorDetails.residenceCountry is no ISO 3166-1 alpha-2 country'],
    ['spectatorDetails.language', 'en-GB', 'spectatorDetails.language is no ISO 639-1 language'],
    [
      'spectatorDetails.organizerSpectatorPreference',
      true,
      'spectatorDetails.organizerSpectatorPreference is no object',
    ],
    [
      'spectatorDetails.organizerSpectatorPreference.allowPromoEmail',
      'yes',
      'spectatorDetails.organizerSpectatorPreference.allowPromoEmail is neither true nor false',
    ],
    ['holder', SECRET, 'holder is no object'],
    ['holder.dateOfBirth', '1990-02-30', 'holder.dateOfBirth is no day'],
    ['transfer', SECRET, 'transfer is no object'],
    ['transfer.to', SECRET, 'transfer.to is no object'],
    ['transfer.to.email', SECRET, 'transfer.to.email is no e-mail address'],
    ['transfer.from.email', 7, 'transfer.from.email is no text'],
    ['transferLevel', 2 ** 31, 'transferLevel is no whole number from 0 to 2147483647'],
    ['activation', SECRET, 'activation is no object'],
    ['activation.time', SECRET, 'activation.time is no RFC 3339 time'],
    ['ticketDetails', [], 'ticketDetails is no object'],
    ['ticketDetails.main', {}, 'ticketDetails.main is no list'],
    [
      'ticketDetails.extra',
      [{ key: 'k', value: 'v' }, { key: SECRET }],
      'ticketDetails.extra[1] is no {key, value} of texts',
    ],
    ['deletion', SECRET, 'deletion is no object'],
    ['deletion.visible', 'no', 'deletion.visible is neither true nor false'],
  ])('%s: %j', (path, value, problem) => {
    const record = refused(but({ [path]: value }));
    expect(record.reason).toBe('INVALID');
    expect(record.problem).toContain(problem);
    expect(JSON.stringify({ ...record, json: '' })).not.toContain(SECRET);
  });

  test.each([['a text'], [7], [null], [[whole]], [true]])('%j is no record', (value) => {
    expect(read(value)).toMatchObject({ reason: 'INVALID', problem: 'no object', ticketId: null });
  });

  test('of many problems the first three are named', () => {
    const { problem } = refused(but({ changedAt: 1, status: 2, taxNumber: 3, transferLevel: 'x', ticketId: 4 }));
    expect(problem.split('; ')).toHaveLength(4);
    expect(problem).toMatch(/; \.\.\.$/);
  });
});

describe('a record that is good and cannot be applied', () => {
  test('status of nobody: UNKNOWN_STATUS, the status not repeated', () => {
    const record = refused(but({ status: 'LOST_AND_FOUND' }));
    expect(record).toMatchObject({
      reason: 'UNKNOWN_STATUS',
      ticketId: '100010003',
      identity: 'change 4711 of ticket 100010003',
    });
    expect(record.problem).not.toContain('LOST');
  });

  test.each(['ABC-1', '0100', '0', '-5', '1'.repeat(19), '１２'])('ticket id %s: UNKNOWN_TICKET', (ticketId) => {
    expect(read(but({ ticketId })).ticketId).toBe(/^[ -~]*$/.test(ticketId) ? ticketId : null);
    expect(read(but({ ticketId }))).toMatchObject({ reason: 'UNKNOWN_TICKET' });
  });

  test('what breaks the contract and has an unknown status breaks the contract', () => {
    expect(read(but({ status: 'LOST_AND_FOUND', changedAt: 'now' }))).toMatchObject({ reason: 'INVALID' });
  });

  test('a ticket id that may be anything is not shown', () => {
    expect(refused(but({ ticketId: 'ada@x.example' })).ticketId).toBeNull();
  });
});

describe('the size of a record', () => {
  const room = 64 * 1024 - Buffer.byteLength(JSON.stringify(but({ pad: '' })));
  test.each([
    ['one byte for each', 'x', 1],
    ['two', 'é', 2],
    ['three', '山', 3],
    ['four for two units', '😀', 4],
  ])('is 64 KB of UTF-8 at most: %s', (_, character, bytes) => {
    const most = Math.floor(room / bytes);
    expect(isWalletRecord(read(but({ pad: character.repeat(most) })))).toBe(true);
    const record = read(but({ pad: character.repeat(most + 1) }));
    expect(record).toMatchObject({
      reason: 'TOO_LARGE',
      identity: 'change 4711 of ticket 100010003',
      ticketId: '100010003',
    });
  });

  test('a record that is nested a hundred thousand levels deep is put aside, cut', () => {
    const deep: unknown = JSON.parse(`${'{"a":['.repeat(50_000)}${']}'.repeat(50_000)}`);
    const record = parseRecord(but({ ticketDetails: deep }), '{}');
    expect(record).toMatchObject({
      reason: 'INVALID',
      problem: 'nested too deep',
      identity: 'change 4711 of ticket 100010003',
    });
    expect(record.json).toContain('(nested too deep)');
  });
});

test('the identity of a record is its change number and its ticket, without the blanks that are no part of an id', () => {
  const blank = refused(but({ status: 'LOST_AND_FOUND', ticketId: ' 12 ' }));
  expect(blank).toMatchObject({ identity: 'change 4711 of ticket 12', ticketId: '12' });
  for (const ticketId of ['ada@x.example', ' ', 12, null]) {
    expect(refused(but({ status: 'LOST_AND_FOUND', ticketId })).identity).toMatch(/^hash [0-9a-f]{16}$/);
  }
});

test('the identity of a record without a change number is a hash of its fields, in whatever order', () => {
  const first = refused(but({ changeNumber: null })).identity;
  expect(first).toMatch(/^hash [0-9a-f]{16}$/);
  const inOtherOrder = Object.fromEntries(Object.entries(but({ changeNumber: null })).reverse());
  expect(refused(inOtherOrder).identity).toBe(first);
  expect(refused(but({ changeNumber: null, taxNumber: '1' })).identity).not.toBe(first);
});

test('what jsonb refuses is replaced in everything that is stored', () => {
  const record = readGood(
    but({ 'spectatorDetails.firstName': 'A\u0000\ud800', 'holder.lastName': '\udc00', pad: '\u0000' }),
  );
  expect(record.owner?.firstName).toBe('A\ufffd\ufffd');
  expect(record.json).not.toMatch(/\\u0000|\\ud800|\\udc00/);
  expect(JSON.parse(record.json)).toMatchObject({ holder: { lastName: '\ufffd' }, pad: '\ufffd' });
});

test('a valid record is one by the OpenAPI document; any JSON value is read without an error, and nothing of it is told', () => {
  const ajv = new Ajv2020({ strict: false });
  addFormats(ajv);
  const document: unknown = parse(readFileSync(join(__dirname, '../../../docs/tixngo-api.yaml'), 'utf8'));
  ajv.addSchema(isRecord(document) ? document : {}, 'tixngo-api');
  const isRecordOfContract = ajv.compile({ $ref: 'tixngo-api#/components/schemas/DiffRecord' });
  expect(isRecordOfContract(whole)).toBe(true);
  const spot = fc.constantFrom(...pathsOf(whole));
  fc.assert(
    fc.property(fc.dictionary(spot, fc.jsonValue(), { maxKeys: 2 }), (changes) => {
      let value: object;
      try {
        value = but(changes);
      } catch {
        // One change took away the object that the other one stands in.
        return;
      }
      const record = read(value);
      if (!isWalletRecord(record)) expect(record.problem).toMatch(/^[\w .;,[\]{}()-]+$/);
      else if (!Object.values(changes).some((part) => part === null || part === '')) {
        expect([isRecordOfContract(value), isRecordOfContract.errors]).toEqual([true, null]);
      }
    }),
    { numRuns: 1_000 },
  );
});

function refused(value: unknown): PutAsideRecord {
  const record = read(value);
  if (isWalletRecord(record)) throw new Error('The record is valid');
  return record;
}

function pathsOf(value: object, prefix = ''): readonly string[] {
  return Object.entries(value).flatMap(([name, part]: [string, unknown]) => {
    const path = `${prefix}${name}`;
    return isRecord(part) ? [path, ...pathsOf(part, `${path}.`)] : [path];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

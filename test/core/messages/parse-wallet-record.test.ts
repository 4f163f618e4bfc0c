import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { parse } from 'yaml';
import { isWalletRecord } from '../../../core/messages/parse-wallet-record';
import { mobileStatuses } from '../../../core/retrieve-status/wallet-record';
import { but, isRecord, read, readGood, whole } from './whole-record';

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

function pathsOf(value: object, prefix = ''): readonly string[] {
  return Object.entries(value).flatMap(([name, part]: [string, unknown]) => {
    const path = `${prefix}${name}`;
    return isRecord(part) ? [path, ...pathsOf(part, `${path}.`)] : [path];
  });
}

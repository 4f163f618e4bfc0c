import { isWalletRecord, parseRecord } from '../../../core/messages/parse-wallet-record';
import { but, read, refused, whole } from './whole-record';

const SECRET = 'Secret';

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

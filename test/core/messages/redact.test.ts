import * as fc from 'fast-check';
import { openRedactor, redactAnswer } from '../../../core/messages/redact';

const ticket = {
  ticketId: 'T-1',
  spectatorDetails: { firstName: 'Zoë', lastName: 'O"Brien', email: 'zoe@example.test', title: 'Dr' },
  purchaseDetails: { price: 12.5 },
  ticketDetails: { main: [{ key: 'gate', value: 'North' }] },
};
const { words, error } = openRedactor([ticket]);

test.each([
  ['a value', 'no mail to zoe@example.test', 'no mail to spectatorDetails.email'],
  ['a value in other case', 'ZOE@EXAMPLE.TEST', 'spectatorDetails.email'],
  ['a value inside a word', 'xNorthx', 'xticketDetails.main[0].valuex'],
  ['a number', 'price 12.5 is odd', 'price purchaseDetails.price is odd'],
  ['a value that was escaped once more', 'name "O\\"Brien"', 'name "spectatorDetails.lastName"'],
  ['a value in a link', '?mail=zoe%40example.test', '?mail=spectatorDetails.email'],
  ['a value in JSON of ASCII alone', 'no \\u005A? Zo\\u00EB', 'no \\u005A? spectatorDetails.firstName'],
  ['a value without its accents', 'Zoe is odd', 'spectatorDetails.firstName is odd'],
  ['a value in another normal form', 'Zoe\u0308 is odd', 'spectatorDetails.firstName is odd'],
  ['a name inside its own path stays a path', 'gate North', 'ticketDetails.main[0].key ticketDetails.main[0].value'],
  ['a value of two characters stays', 'Dr who', 'Dr who'],
])('%s is replaced by its path', (_name, given, expected) => {
  expect(words(given)).toBe(expected);
});

test.each([
  ['İbrahim', 'İbrahim i̇brahim İBRAHIM', 'name name name'],
  ['Straße', 'STRASSE straße', 'name name'],
])('%s is found in upper and lower case, which have another length', (name, given, expected) => {
  expect(openRedactor([{ name }]).words(given)).toBe(expected);
});

test('the longest value wins where one holds another', () => {
  const redactor = openRedactor([{ firstName: 'Ann', email: 'ann@example.test' }]);
  expect(redactor.words('ann@example.test')).toBe('email');
});

test('words are cut to 500 characters, after replacing, and far too long ones are not kept', () => {
  expect(words('x'.repeat(600))).toHaveLength(500);
  expect(words(`${'x'.repeat(496)} zoe@example.test`)).toBe(`${'x'.repeat(496)} spe`);
  expect(words('x'.repeat(6_000))).not.toContain('x'.repeat(10));
});

test('a code that decides something stays, even when a value is spelled alike', () => {
  const redactor = openRedactor([{ ticketId: 'TICKET', lastName: 'UNKNOWN' }]);
  expect(redactor.error({ code: 'TICKET_UNKNOWN', message: '' }).code).toBe('TICKET_UNKNOWN');
});

test('a code that is none is not kept; a path stays a path', () => {
  expect(error({ code: 'BAD zoe@example.test\n', field: 'spectatorDetails.email', message: '' })).toEqual({
    code: 'UNREADABLE_CODE',
    field: 'spectatorDetails.email',
    message: '',
  });
  expect(error({ code: 'X'.repeat(100), field: 'f'.repeat(128), message: '' })).toMatchObject({
    code: 'UNREADABLE_CODE',
    field: 'f'.repeat(128),
  });
});

test.each([
  ['a path', 'ticketDetails.main[0].value', 'ticketDetails.main[0].value'],
  ['another name', 'wallet owner', 'wallet_owner'],
  ['a value', 'mail zoe@example.test', 'UNREADABLE_FIELD'],
  ['a day', '1990.01.11', 'UNREADABLE_FIELD'],
  ['a telephone number', 'spectatorDetails.4179.123.4567', 'UNREADABLE_FIELD'],
  ['too long a name', 'f'.repeat(129), 'UNREADABLE_FIELD'],
])('a field that is %s: %s', (_what, field, kept) => {
  expect(error({ code: 'X', field, message: '' }).field).toBe(kept);
});

test('of each ticket that was sent the first error is kept, and none of a ticket that was not', () => {
  const errors = [1, 2, 3].map((n) => ({ code: `BAD_${String(n)}`, message: 'bad' }));
  const results = ['T-1', 'T-2'].map((ticketId) => ({ ticketId, outcome: 'REJECTED' as const, errors }));
  expect(redactAnswer({ kind: 'results', results }, openRedactor([ticket]))).toMatchObject({
    results: [
      { ticketId: 'T-1', errors: [{ code: 'BAD_1' }] },
      { ticketId: 'T-2', errors: [] },
    ],
  });
});

test('a ticket or privilege was sent when an item has its id; the same text elsewhere in the call names none', () => {
  const { wasSent } = openRedactor([
    { ...ticket, security: { barcode: 'B-9' } },
    { privilegeId: 'P-1' },
    { apiKey: 'K' },
  ]);
  expect(['T-1', 'P-1', 'B-9', '12.5', 'North', 'K', 'T-2'].filter(wasSent)).toEqual(['T-1', 'P-1']);
});

test('every error of an answer goes through the redactor', () => {
  const bad = { code: 'X', message: 'zoe@example.test' };
  const good = { code: 'X', message: 'spectatorDetails.email' };
  const redactor = openRedactor([ticket]);
  expect(
    redactAnswer({ kind: 'results', results: [{ ticketId: 'T-1', outcome: 'REJECTED', errors: [bad] }] }, redactor),
  ).toEqual({
    kind: 'results',
    results: [{ ticketId: 'T-1', outcome: 'REJECTED', errors: [good] }],
  });
  expect(
    redactAnswer(
      { kind: 'refused-whole', status: 422, error: bad, named: [{ ticketId: 'T-1', error: bad }] },
      redactor,
    ),
  ).toEqual({ kind: 'refused-whole', status: 422, error: good, named: [{ ticketId: 'T-1', error: good }] });
});

test('whatever is sent, no value of it is left in words that hold it', () => {
  // Values made of signs that no path holds, so that a hit is a value and not a path.
  const value = fc.string({
    unit: fc.constantFrom('ж', 'Ü', '@', '+', '$', '(', '\\', '"', '\u{1F600}', 'İ'),
    minLength: 3,
    maxLength: 12,
  });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 8 }), fc.string(), (values, between) => {
      const redactor = openRedactor([{ values }]);
      const left = redactor.words(values.join(` ${between} `));
      for (const sent of values) expect(left.toLowerCase()).not.toContain(sent.normalize('NFC').toLowerCase());
    }),
  );
});

test('values of any length and number are taken out, and none is quoted by an error', () => {
  const long = 'ab'.repeat(2_000_000);
  const items = Array.from({ length: 50 }, (_, index) => ({ long, note: `${String(index)} ${'n'.repeat(4_000)}` }));
  const redactor = openRedactor(items);
  expect(redactor.words(`7 ${'n'.repeat(4_000)} is too long`)).toBe('note is too long');
});

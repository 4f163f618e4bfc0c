import * as fc from 'fast-check';
import { openValueGuard, unreadableCode } from '../../../core/messages/safe-code';
import { openRedactor } from '../../../core/messages/redact';

const { toSafeCode } = openValueGuard([
  'Ali',
  'Zoë Müller',
  'zoe.m@example.test',
  'BARCODE-100245',
  'Łukasz',
  'jsmith77@example.com',
]);

test.each(['INVALID', 'INVALID_EMAIL', 'E-1024', 'barcode.taken', 'X', 'A'.repeat(64)])(
  '%s is a code and stays',
  (code) => {
    expect(toSafeCode(code)).toBe(code);
  },
);

test.each([
  ['blank', 'not a code'],
  ['empty', ''],
  ['too long', 'A'.repeat(65)],
  ['in another alphabet', 'INVALID_Ł'],
  ['an address', 'zoe.m@example.test'],
])('a code that is %s is not kept', (_what, code) => {
  expect(toSafeCode(code)).toBe(unreadableCode);
});

test.each([
  ['a short value as a word', 'OWNED_BY_ALI'],
  ['without accents, other separators', 'HELD-BY-ZOE.MULLER'],
  ['with its umlaut spelled out', 'ZoeMueller_HAS_IT'],
  ['run together', 'HASZOEMULLERIT'],
  ['a barcode', 'TAKEN_BARCODE10024'],
  ['percent-encoded', 'zoe.m_40example.test'],
  ['without its domain', 'EMAIL_jsmith77_BAD'],
  ['but for its end', 'TAKEN_BARCODE1X'],
  ['as digits alone', '0791234567'],
  ['in another order of day and month', '11.01.1990'],
  ['base64', `ID_${Buffer.from('Zoë Müller').toString('base64url')}`],
  ['base64 of a short one', Buffer.from('Ali').toString('base64')],
  ['hexadecimal', `X.${Buffer.from('zoe.m@example.test').toString('hex')}`],
])('a code that carries a value %s is not kept', (_what, code) => {
  expect(toSafeCode(code)).toBe(unreadableCode);
});

test('whatever the value: its base64 and its hexadecimal spelling are no code', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 3, maxLength: 20 }), (value) => {
      const bytes = Buffer.from(value);
      for (const code of [bytes.toString('base64url'), bytes.toString('hex')]) {
        expect(openValueGuard([value]).toSafeCode(code)).toBe(unreadableCode);
      }
    }),
  );
});

test('what a detail is called may be in a code, its value may not', () => {
  const { error } = openRedactor([{ ticketDetails: [{ key: 'gate', value: 'North' }] }]);
  expect(error({ code: 'GATE_CLOSED', message: '' }).code).toBe('GATE_CLOSED');
  expect(error({ code: 'NORTH_CLOSED', message: '' }).code).toBe(unreadableCode);
});

test.each([
  ['OFFLINE_NOT_ALLOWED', { activationParameters: { method: 'offline' } }],
  ['INVALID_PRICE', { purchaseDetails: { tariff: 'Price' } }],
  ['TICKET_TOO_OLD', { purchaseDetails: { category: 'Ticket' } }],
  ['HTTP_400', { purchaseDetails: { price: 400 } }],
  ['CURRENCY_EUR_NOT_SOLD', { purchaseDetails: { currency: 'EUR' } }],
])('%s stays: what it names belongs to nobody', (code, item) => {
  expect(openRedactor([item]).error({ code, message: '' }).code).toBe(code);
});

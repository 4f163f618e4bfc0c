import * as fc from 'fast-check';
import { toSafeCode, unreadableCode } from '../../../core/messages/safe-code';
import { openRedactor } from '../../../core/messages/redact';

const sent = new Set(['Ali', 'Zoë Müller', 'zoe.m@example.test', 'BAR-100245', 'Łukasz']);

test.each(['INVALID', 'INVALID_EMAIL', 'E-1024', 'barcode.taken', 'X', 'A'.repeat(64)])(
  '%s is a code and stays',
  (code) => {
    expect(toSafeCode(code, sent)).toBe(code);
  },
);

test.each([
  ['blank', 'not a code'],
  ['empty', ''],
  ['too long', 'A'.repeat(65)],
  ['in another alphabet', 'INVALID_Ł'],
  ['an address', 'zoe.m@example.test'],
])('a code that is %s is not kept', (_what, code) => {
  expect(toSafeCode(code, sent)).toBe(unreadableCode);
});

test.each([
  ['a short value as a word', 'OWNED_BY_ALI'],
  ['without accents, other separators', 'HELD-BY-ZOE.MULLER'],
  ['with its umlaut spelled out', 'ZoeMueller_HAS_IT'],
  ['run together', 'HASZOEMULLERIT'],
  ['a barcode', 'TAKEN_BAR100245'],
  ['percent-encoded', 'zoe.m_40example.test'],
  ['base64', `ID_${Buffer.from('Zoë Müller').toString('base64url')}`],
  ['base64 of a short one', Buffer.from('Ali').toString('base64')],
  ['hexadecimal', `X.${Buffer.from('zoe.m@example.test').toString('hex')}`],
])('a code that carries a value %s is not kept', (_what, code) => {
  expect(toSafeCode(code, sent)).toBe(unreadableCode);
});

test('whatever the value: its base64 and its hexadecimal spelling are no code', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 3, maxLength: 20 }), (value) => {
      const bytes = Buffer.from(value);
      for (const code of [bytes.toString('base64url'), bytes.toString('hex')]) {
        expect(toSafeCode(code, new Set([value]))).toBe(unreadableCode);
      }
    }),
  );
});

test('what a detail is called may be in a code, its value may not', () => {
  const { error } = openRedactor([{ ticketDetails: [{ key: 'gate', value: 'North' }] }]);
  expect(error({ code: 'GATE_CLOSED', message: '' }).code).toBe('GATE_CLOSED');
  expect(error({ code: 'NORTH_CLOSED', message: '' }).code).toBe(unreadableCode);
});

import fc from 'fast-check';
import {
  countRule,
  countryRule,
  dateRule,
  flagRule,
  idRule,
  instantRule,
  languageRule,
  priceRule,
  textRule,
  timeZoneRule,
  wordRule,
} from '../../../core/import/value-rules';

const rules = {
  id: idRule(18),
  text: textRule(5),
  price: priceRule,
  count: countRule,
  flag: flagRule,
  word: wordRule(['A', 'B']),
  instant: instantRule,
  date: dateRule,
  country: countryRule,
  language: languageRule,
  timeZone: timeZoneRule,
};

test.each([
  ['id', '1', '1'],
  ['id', '007', '7'],
  ['id', '999999999999999999', '999999999999999999'],
  ['id', '1000000000000000000', undefined],
  ['id', '0', undefined],
  ['id', '-1', undefined],
  ['id', '1.0', undefined],
  ['id', '1e3', undefined],
  ['id', '１', undefined],
  ['text', 'abcde', 'abcde'],
  ['text', 'abcdef', undefined],
  ['price', '45.50', '45.50'],
  ['price', '0', '0'],
  ['price', '999999999999.99', '999999999999.99'],
  ['price', '1000000000000', undefined],
  ['price', '45,50', undefined],
  ['price', '-1', undefined],
  ['price', '1.234', undefined],
  ['price', '1e2', undefined],
  ['count', '120', '120'],
  ['count', '0', undefined],
  ['flag', 'true', 'true'],
  ['flag', 'yes', undefined],
  ['word', 'B', 'B'],
  ['word', 'b', undefined],
  ['instant', '2024-06-14T21:00:00+02:00', '2024-06-14T19:00:00Z'],
  ['instant', '2024-06-14T21:00+02:00', '2024-06-14T19:00:00Z'],
  ['instant', '2024-06-14T21:00:00.123456Z', '2024-06-14T21:00:00.123456Z'],
  ['instant', '2024-06-14T21:00:00.1234567Z', undefined],
  ['instant', '2024-06-14T21:00:00', undefined],
  ['instant', '2024-02-30T21:00:00Z', undefined],
  ['instant', '0024-06-14T21:00:00Z', undefined],
  ['instant', '14.06.2024 21:00', undefined],
  ['date', '2024-02-29', '2024-02-29'],
  ['date', '2023-02-29', undefined],
  ['date', '0000-01-01', undefined],
  ['date', '29/02/2024', undefined],
  ['country', 'CH', 'CH'],
  ['country', 'ch', undefined],
  ['country', 'XX', undefined],
  ['language', 'fr', 'fr'],
  ['language', 'FR', undefined],
  ['timeZone', 'Europe/Berlin', 'Europe/Berlin'],
  ['timeZone', 'Europe/Bern', undefined],
  ['timeZone', '+02:00', undefined],
] as const)('%s reads %j as %j', (rule, text, stored) => {
  expect(rules[rule].read(text)).toBe(stored);
});

test('every id from 1 to 18 digits is kept as it is, beyond 2^53 too', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 10n ** 18n - 1n }), (id) => rules.id.read(String(id)) === String(id)),
  );
});

test('no rule throws, whatever a cell holds', () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(rules)), fc.string({ unit: 'binary' }), (rule, text) => {
      const stored = rule.read(text);
      return stored === undefined || typeof stored === 'string';
    }),
  );
});

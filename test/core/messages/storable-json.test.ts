import fc from 'fast-check';
import { cutDeep, isTooDeep, toStorableJson, toStorableText } from '../../../core/messages/storable-json';
import { toTextHash } from '../../../core/messages/text-hash';

test.each([
  ['NUL', String.raw`"a\u0000b"`, String.raw`"a\ufffdb"`],
  ['NUL behind an escaped backslash', String.raw`"\\\u0000"`, String.raw`"\\\ufffd"`],
  ['an escaped backslash before the text u0000', String.raw`"\\u0000"`, String.raw`"\\u0000"`],
  ['a lone high half, escaped', String.raw`"\ud83d!"`, String.raw`"\ufffd!"`],
  ['a lone low half, escaped', String.raw`"\uDE00"`, String.raw`"\ufffd"`],
  ['an escaped pair', String.raw`"\ud83d\ude00"`, String.raw`"\ud83d\ude00"`],
  ['two high halves and a low one', String.raw`"\ud83d\ud83d\ude00"`, String.raw`"\ufffd\ud83d\ude00"`],
  ['a lone half as it is', '"\ud83d"', '"\ufffd"'],
  ['a pair as it is', '"😀"', '"😀"'],
  ['other escapes', String.raw`"\n\u0001\"\u00e9"`, String.raw`"\n\u0001\"\u00e9"`],
  ['NUL in the name of a field', String.raw`{"a\u0000":1}`, String.raw`{"a\ufffd":1}`],
])('%s', (_, json, storable) => {
  expect(toStorableJson(json)).toBe(storable);
});

test('any JSON becomes one of the same shape, whose texts are what toStorableText makes of them', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.string({ unit: oddUnit }), (value, odd) => {
      const whole = { value, odd, [`${odd}x`]: [odd] };
      const mended: unknown = JSON.parse(toStorableJson(JSON.stringify(whole)));
      expect(mended).toEqual(mendTexts(whole));
    }),
  );
});

const oddUnit = fc.constantFrom('\u0000', '\ud83d', '\ude00', '\\', 'u', '0', '"', 'é');

function mendTexts(value: unknown): unknown {
  if (typeof value === 'string') return toStorableText(value);
  if (Array.isArray(value)) return value.map(mendTexts);
  // JSON knows no negative zero.
  if (typeof value !== 'object' || value === null) return value === 0 ? 0 : value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [toStorableText(name), mendTexts(part)]));
}

test('a text is one that Postgres takes', () => {
  expect(toStorableText('a\u0000b\ud800c😀\udc00')).toBe('a\ufffdb\ufffdc😀\ufffd');
});

test('a hundred levels are stored, more are cut', () => {
  const nest = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}1${']'.repeat(levels)}`);
  expect([isTooDeep(nest(100)), isTooDeep(nest(101)), isTooDeep(1)]).toEqual([false, true, false]);
  expect(cutDeep(nest(100))).toEqual(nest(100));
  expect(JSON.stringify(cutDeep(nest(100_000)))).toBe(`${'['.repeat(100)}"(nested too deep)"${']'.repeat(100)}`);
});

test('texts that differ have other hashes, in any place and length', () => {
  const texts = [
    '',
    ...Array.from({ length: 2_000 }, (_, index) => `{"n":${String(index)}}`),
    'ab',
    'ba',
    'a\u0000',
    'a',
  ];
  expect(new Set(texts.map(toTextHash)).size).toBe(texts.length);
  expect(new Set(texts.map((text) => toTextHash(text).slice(0, 8))).size).toBeGreaterThan(texts.length - 3);
  expect(new Set(texts.map((text) => toTextHash(text).slice(8))).size).toBeGreaterThan(texts.length - 3);
});

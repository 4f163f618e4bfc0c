import { findNearest, suggest } from '../../core/nearest';

const KNOWN = ['parallelCalls', 'killRatio', 'product'];

test.each([
  ['paralelCalls', 'parallelCalls'],
  ['PARALLELCALLS', 'parallelCalls'],
  ['products', 'product'],
  ['killratoi', 'killRatio'],
  ['organization', undefined],
  ['', undefined],
  ['x'.repeat(100_000), undefined],
])('the name nearest to %.20s is %s', (name, expected) => {
  expect(findNearest(name, KNOWN)).toBe(expected);
});

test('without a near name all are named', () => {
  expect(suggest('zzz', KNOWN, 'a name')).toBe('a name (parallelCalls, killRatio, product)');
  expect(suggest('prodct', KNOWN, 'a name')).toBe('a name; did you mean product?');
});

test('of a long list the first 25 names are shown, and how many more there are', () => {
  const known = Array.from({ length: 1000 }, (_, index) => `CODE-${String(index)}`);
  const text = suggest('zzz', known, 'a code');
  expect(text).toContain('CODE-24, and 975 more)');
  expect(text).not.toContain('CODE-25');
});

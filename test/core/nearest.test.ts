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
  expect(suggest('zzz', KNOWN)).toBe('one of parallelCalls, killRatio, product');
  expect(suggest('prodct', KNOWN)).toBe('did you mean product?');
});

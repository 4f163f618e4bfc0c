import { parseOptions, WrongUsage } from '../../bench/options';

test('without options every row is measured, with --quick the small ones', () => {
  expect(parseOptions([]).rows.map(({ name }) => name)).toContain('push-100k');
  expect(parseOptions(['--quick']).rows.map(({ name }) => name)).toEqual(['push-20k', 'push-20k-0ms']);
});

test('--only takes rows by name, whatever their size', () => {
  const { rows } = parseOptions(['--only', 'memory-100k', '--only', 'cpu']);
  expect(rows.map(({ name }) => name)).toEqual(['cpu', 'memory-100k']);
});

test.each([
  [['--only', 'push-30k'], /There is no row push-30k\. The rows are: push-20k, /],
  [['--fast'], /'--fast'/],
  [['push-20k'], /push-20k/],
])('%j is refused, and says what is allowed', (argv, words) => {
  expect(() => parseOptions(argv)).toThrow(WrongUsage);
  expect(() => parseOptions(argv)).toThrow(words);
});

test('a machine that is busy gives no figure unless it is asked for', () => {
  expect(parseOptions([]).evenIfBusy).toBe(false);
  expect(parseOptions(['--even-if-busy', '--json', 'figures.json'])).toMatchObject({
    evenIfBusy: true,
    jsonFile: 'figures.json',
  });
});

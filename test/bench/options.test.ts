import { parseOptions, WrongUsage } from '../../bench/options';
import { rows } from '../../bench/rows';

const namesOf = (...argv: readonly string[]) => parseOptions(argv).rows.map(({ name }) => name);

test('without options every row but those of a million is measured, with --quick the small ones', () => {
  expect(namesOf()).toEqual(rows.filter(({ size }) => size !== 'million').map(({ name }) => name));
  expect(namesOf()).toEqual(expect.arrayContaining(['push-100k', 'crash-20k', 'idle-tick']));
  expect(namesOf('--quick')).toEqual(['push-20k', 'push-20k-0ms']);
});

test('--million adds the rows of a million', () => {
  expect(namesOf('--million')).toHaveLength(rows.length);
  expect(namesOf('--quick', '--million')).toEqual(expect.arrayContaining(['push-20k', 'push-1m-rate', 'history-1m']));
  expect(namesOf('--quick', '--million')).not.toContain('push-100k');
});

test('--only takes rows by name, whatever their size', () => {
  expect(namesOf('--only', 'memory-100k', '--only', 'cpu', '--quick')).toEqual(['cpu', 'memory-100k']);
  expect(namesOf('--only', 'first-call-1m')).toEqual(['first-call-1m']);
});

test('each contender runs three times unless --turns says otherwise', () => {
  expect(parseOptions([]).turns).toBe(3);
  expect(parseOptions(['--turns', '1']).turns).toBe(1);
});

test.each([
  [['--only', 'push-30k'], /There is no row push-30k\. The rows are: push-1k, /],
  [['--turns', '0'], /--turns 0: expected a whole number from 1 to 9/],
  [['--turns', '1.5'], /--turns 1\.5/],
  [['--turns', '10'], /--turns 10/],
  [['--fast'], /'--fast'/],
  [['push-20k'], /push-20k/],
])('%j is refused, and says what is allowed', (argv, words) => {
  expect(() => parseOptions(argv)).toThrow(WrongUsage);
  expect(() => parseOptions(argv)).toThrow(words);
});

test('a machine that is busy gives no figure, and no picture is drawn, unless it is asked for', () => {
  expect(parseOptions([])).toMatchObject({ evenIfBusy: false, pictures: false });
  expect(parseOptions(['--even-if-busy', '--pictures', '--json', 'figures.json'])).toMatchObject({
    evenIfBusy: true,
    pictures: true,
    jsonFile: 'figures.json',
  });
});

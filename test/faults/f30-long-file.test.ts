import { interfaceX, retrieveX, schedulesX, seedOrganizations } from '../cli/configuration-fixture';
import { openCommandLine, type CommandLine } from '../helpers/command-line';
import { noTraces, readTraces, runFile, writeLongFile } from '../helpers/long-file';
import { tell } from './helpers/fault';

/** A file of a million records that is wrong at 800,000 (reliability.md F30). */
const RECORDS = 1_000_000;
const SHORT = 20_000;
const WRONG = 800_000;
const HEAP_MB = 64;
/** More than a file of 20,000 records takes; the long one has 1,050 MB. */
const MORE_MB = 150;
let line: CommandLine;
jest.setTimeout(900_000);

beforeAll(async () => {
  line = await openCommandLine('long-file');
  await seedOrganizations(line.pool);
  expect(await line.run('migrate')).toMatchObject({ code: 0 });
  const file = line.write('tixngo.yaml', interfaceX + schedulesX + retrieveX);
  expect(await line.run('apply', file)).toMatchObject({ code: 0 });
});
afterAll(() => line.close());

test.each(['lines', 'document'] as const)(
  'F30: a million records as %s, one wrong: its place is told, nothing is applied or kept, in flat memory',
  async (form) => {
    const run = async (size: { readonly records: number; readonly wrong: number }) =>
      await runFile(line, { schedule: 'retrieve', file: writeLongFile(line, { form, ...size }), heapMb: HEAP_MB });
    const short = await run({ records: SHORT, wrong: SHORT });
    const startedAt = performance.now();
    const long = await run({ records: RECORDS, wrong: WRONG });
    tell('F30', `${String(RECORDS)} records as ${form}, wrong at ${String(WRONG)}`, {
      s: ((performance.now() - startedAt) / 1_000).toFixed(1),
      'peak MB': Math.round(long.peakMb),
      [`peak MB of ${String(SHORT)} records`]: Math.round(short.peakMb),
    });
    const place = form === 'lines' ? `${String(WRONG)} (line ${String(WRONG)})` : String(WRONG);
    expect([long.code, long.stderr]).toEqual([1, expect.stringContaining(`\n  record ${place}: status is no text\n`)]);
    expect(await readTraces(line)).toEqual(noTraces);
    expect(long.peakMb).toBeLessThan(short.peakMb + MORE_MB);
  },
);

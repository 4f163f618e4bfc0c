import { openCommandLine, type CommandLine } from '../helpers/command-line';
import { noTraces, readTraces, runFile, writeLongFile } from '../helpers/long-file';
import { interfaceX, retrieveX, schedulesX, seedOrganizations } from './configuration-fixture';

/** The same with 1,000,000 records: test/faults/f30-long-file.test.ts. */
const RECORDS = 50_000;
const WRONG = 49_000;
/** Too little for the records of the file, which has 53 MB, beside the program. */
const HEAP_MB = 64;
let line: CommandLine;

// No worker runs here: a run that was started would stay open.
beforeAll(async () => {
  line = await openCommandLine('long-file');
  await seedOrganizations(line.pool);
  expect(await line.run('migrate')).toMatchObject({ code: 0 });
  expect(await line.run('apply', line.write('tixngo.yaml', interfaceX + schedulesX + retrieveX))).toMatchObject({
    code: 0,
  });
});
afterAll(() => line.close());

test.each([
  ['lines', `record ${String(WRONG)} (line ${String(WRONG)}): status is no text`],
  ['document', `record ${String(WRONG)}: status is no text`],
] as const)(
  'a mistake near the end of a long file of %s is told with its place; nothing is applied or kept, and memory stays flat',
  async (form, told) => {
    const file = writeLongFile(line, { form, records: RECORDS, wrong: WRONG });
    const { code, stderr } = await runFile(line, { schedule: 'retrieve', file, heapMb: HEAP_MB });
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(`nothing of it was kept and no run was started.\n  ${told}\n`),
    ]);
    expect(stderr).not.toContain('Annabel');
    expect(await readTraces(line)).toEqual(noTraces);
  },
);

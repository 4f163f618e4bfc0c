import { join } from 'node:path';
import { openCommandLine, type CommandLine } from '../helpers/command-line';
import { until } from '../helpers/until';

let line: CommandLine;
jest.setTimeout(120_000);

beforeAll(async () => {
  line = await openCommandLine('import-interrupt');
});
afterAll(() => line.close());

const NOTHING = 'nothing was imported';
/** Holds the commit of contacts up, as a slow disk does. */
const SLOW_COMMIT = `
  create function wait_for_test() returns trigger language plpgsql as
    'begin perform pg_advisory_xact_lock(4711); return null; end';
  create constraint trigger slow after insert on contact deferrable initially deferred
    for each row when (new.id = 1) execute function wait_for_test()`;

/** Where the import waits when Ctrl-C comes, what is told, and how many rows are in once its connection has gone. */
test.each([
  ['before its commit', `select pg_advisory_xact_lock(hashtext('tixngo import'))`, NOTHING, 0],
  ['while it writes', 'lock table contact in share mode', NOTHING, 0],
  [
    'while it is committed',
    'select pg_advisory_xact_lock(4711)',
    /^the database was committing \S+ \(5000 rows: 5000 new, 0 changed, 0 unchanged\), .*known\. Import it again/,
    5_000,
  ],
  [
    'once it is committed',
    'lock table contact in share update exclusive mode',
    /is imported all the same \(5000 rows: 5000 new, 0 changed, 0 unchanged\)$/,
    5_000,
  ],
])('Ctrl-C of an import %s tells what holds and ends 130', async (when, lock, told, rows) => {
  if (when === 'while it is committed') await line.pool.query(SLOW_COMMIT);
  const content = Array.from({ length: 5_000 }, (_, index) => `${String(index + 1)},Ruiz\n`).join('');
  const file = line.write('contacts.csv', `id,lastName\n${content}`);
  const holder = await line.pool.connect();
  await holder.query('begin');
  await holder.query(lock);
  const importing = line.start('import', 'contacts', file);
  await until('it waits', async () => (await listImporting('Lock')) > 0);
  importing.interrupt();
  const { code, stdout, stderr } = await importing.ended;
  await holder.query('rollback');
  holder.release();
  await until('its connection has gone', async () => (await listImporting()) === 0);
  const [interrupted] = /(?<=^Interrupted: ).*$/m.exec(stderr) ?? [];
  expect([code, stdout, interrupted]).toEqual([130, '', typeof told === 'string' ? told : expect.stringMatching(told)]);
  const counted = await line.pool.query<{ rows: number }>('select count(*)::integer as rows from contact');
  expect(counted.rows).toEqual([{ rows }]);
  await line.pool.query('drop function if exists wait_for_test cascade; delete from contact');
});

test('Ctrl-C of an import with --rejects that is committed tells how many rows are rejected, and into which file', async () => {
  const content = Array.from({ length: 5_000 }, (_, index) => `${String(index + 1)},Ruiz\n`).join('');
  const file = line.write('contacts.csv', `id,lastName\n${content}x,Li\n`);
  const rejects = join(line.folder, 'rejects.csv');
  const holder = await line.pool.connect();
  await holder.query('begin');
  await holder.query('lock table contact in share update exclusive mode');
  const importing = line.start('import', 'contacts', file, '--rejects', rejects);
  await until('it waits', async () => (await listImporting('Lock')) > 0);
  importing.interrupt();
  const { code, stderr } = await importing.ended;
  await holder.query('rollback');
  holder.release();
  await until('its connection has gone', async () => (await listImporting()) === 0);
  const counts = `5001 rows: 5000 new, 0 changed, 0 unchanged, 1 rejected into ${rejects}`;
  expect([code, stderr]).toEqual([
    130,
    expect.stringContaining(`Interrupted: ${file} is imported all the same (${counts})\n`),
  ]);
  await line.pool.query('delete from contact');
});

/** Connections of the command that wait so, or all of them. */
async function listImporting(waitingFor?: string): Promise<number> {
  const { rowCount } = await line.pool.query(
    `select from pg_stat_activity where datname = current_database() and application_name = 'tixngo cli'
      and ($1::text is null or wait_event_type = $1)`,
    [waitingFor],
  );
  return rowCount ?? 0;
}

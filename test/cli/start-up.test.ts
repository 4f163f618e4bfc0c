import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openCommandLine, type CommandLine } from '../helpers/command-line';
import { interfaceX, schedulesX, seedOrganizations, seedTickets } from './configuration-fixture';

let line: CommandLine;

beforeAll(async () => {
  line = await openCommandLine('startup');
  await seedOrganizations(line.pool);
  await seedTickets(line.pool, 3);
  expect(await line.run('migrate')).toMatchObject({ code: 0 });
  expect(await line.run('apply', line.write('tixngo.yaml', interfaceX + schedulesX))).toMatchObject({ code: 0 });
});
afterAll(() => line.close());

/** Packages that a command loaded, as far as they take long to load. */
async function packagesOf(...words: readonly string[]): Promise<readonly string[]> {
  const hook = line.write(
    'list-modules.cjs',
    `process.on('exit', () => {
      const found = Object.keys(require.cache).map((file) => /node_modules.((?:@[^/]+.)?[^/]+)/.exec(file)?.[1]);
      process.stderr.write('\\nPACKAGES ' + JSON.stringify([...new Set(found)]));
    });`,
  );
  const { stderr } = await line.runWith({ NODE_OPTIONS: `--require=${hook}` }, ...words);
  const found: unknown = JSON.parse(stderr.split('PACKAGES ')[1] ?? '');
  const slow = ['kysely', 'pg', 'zod', '@mikro-orm/postgresql', '@temporalio/client', '@temporalio/worker', 'axios'];
  return slow.filter((name) => Array.isArray(found) && found.includes(name));
}

test.each([
  ['help', ['--help'], []],
  ['the help of a command', ['status', '--help'], []],
  ['wrong usage', ['run', '--nonsense'], []],
  ['a ticket: the database, neither entities nor Temporal', ['ticket', 'N1'], ['kysely', 'pg', 'zod']],
  ['what is pending', ['pending', 'by-hand'], ['kysely', 'pg', 'zod']],
  ['a skip list', ['skip', 'add', 'by-hand', 'N2'], ['kysely', 'pg', 'zod']],
  ['a pause of an interface', ['pause', '--interface', 'fcx-tixngo'], ['kysely', 'pg', 'zod']],
  ['a run that is not there', ['log', '4711'], ['kysely', 'pg', 'zod']],
  ['the status: both servers, neither entities nor worker', ['status'], ['kysely', 'pg', 'zod', '@temporalio/client']],
])('a command loads what it needs and no more: %s', async (_what, words, packages) => {
  expect(await packagesOf(...words)).toEqual(packages);
});

test('compiled code is kept in the user’s cache folder, by several first starts at once too', async () => {
  const cache = join(line.folder, 'empty-cache');
  const results = await Promise.all([1, 2, 3, 4].map(() => line.runWith({ XDG_CACHE_HOME: cache }, '--help')));
  const [first] = results;
  for (const result of results) expect(result).toEqual({ ...first, code: 0, stderr: '' });
  expect(readdirSync(join(cache, 'tixngo-interface', 'compiled'))).not.toEqual([]);
});

test('a cache folder that cannot be made is done without', async () => {
  const noFolder = line.write('no-folder', '');
  const { code, stdout, stderr } = await line.runWith({ XDG_CACHE_HOME: noFolder }, 'ticket', 'N1');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('Ticket N1 (id:1) of FCX');
});

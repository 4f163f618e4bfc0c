import { createServer } from 'node:net';
import { openCommandLine, type CommandLine } from '../helpers/command-line';
import { listen } from '../helpers/listen';
import { interfaceX, schedulesX, seedOrganizations, seedTickets } from './configuration-fixture';

let line: CommandLine;
jest.setTimeout(120_000);

beforeAll(async () => {
  line = await openCommandLine('misuse');
  await seedOrganizations(line.pool);
  await seedTickets(line.pool, 20);
  expect(await line.run('migrate')).toMatchObject({ code: 0 });
  const file = line.write('tixngo.yaml', interfaceX + schedulesX);
  expect(await line.run('apply', file)).toMatchObject({ code: 0 });
});
afterAll(() => line.close());

test.each([
  ['an unknown flag', ['status', '--chek']],
  ['a length of time that is none', ['status', '--check', '--max-age', 'long']],
  ['an outcome that is none', ['log', '1', '--outcome', 'LOST']],
  ['a force list with a bad entry', ['run', 'by-hand', '--force', 'N1,id:x']],
  ['two things to pause', ['pause', '1', '--interface', 'fcx-tixngo']],
  ['a configuration file that is not there', ['apply', 'nowhere.yaml']],
  ['a file to import that is not there', ['import', 'tickets', 'nowhere.csv']],
])('%s is wrong usage: exit 2, words on standard error only', async (_what, words) => {
  const { code, stdout, stderr } = await line.run(...words);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).not.toBe('');
});

test.each([
  [['run', 'by-hnd'], 'There is no schedule by-hnd', 'Near: fcx-tixngo/by-hand'],
  [
    ['run', 'fcx-tixngo/inject-leage'],
    'There is no schedule fcx-tixngo/inject-leage',
    'Near: fcx-tixngo/inject-league',
  ],
  [
    ['pending', 'nothing-alike'],
    'There is no schedule nothing-alike',
    'Near: fcx-tixngo/by-hand, fcx-tixngo/inject-league',
  ],
  [['ticket', 'id:77'], 'There is no ticket id:77. A ticket is named by its number or, by its id, as id:7. One', ''],
  [['ticket', '999'], 'There is no ticket 999. A ticket is named by its number', 'tixngo import tickets FILE'],
  [['skip', 'add', 'by-hand', 'N1', 'N99'], 'There is no ticket N99 in FCX', 'Near: N9'],
  [['log', '4711'], 'There is no run 4711', ''],
  [['log', 'abc'], 'There is no run abc. A run is its number, or its workflow id', ''],
  [['log', 'abc', '--follow'], 'There is no run abc. A run is its number, or its workflow id', ''],
  [['test', 'fcx-tixnga'], 'There is no interface fcx-tixnga', 'Near: fcx-tixngo'],
  [['pause', '--organizer', 'fc-exampel'], 'There is no organizer (TIXNGO account) fc-exampel', 'Near: fc-example'],
  [
    ['put-aside', 'list', '--organizer', 'fc-exampel'],
    'There is no organizer (TIXNGO account) fc-exampel',
    'Near: fc-example',
  ],
  [
    ['put-aside', 'retry', '--all', '--organizer', 'fc-exampel'],
    'There is no organizer (TIXNGO account) fc-exampel',
    'Near: fc-example',
  ],
  [['pause', 'by-hand'], 'fcx-tixngo/by-hand is started by hand only', 'tixngo pause --interface fcx-tixngo'],
])('%j: exit 1, and what is near', async (words, message, near) => {
  const { code, stdout, stderr } = await line.run(...words);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain(message);
  expect(stderr).toContain(near);
});

test('with --json a failure is a document too', async () => {
  expect(await line.ask('ticket', 'N10x')).toEqual({
    error: { message: 'There is no ticket N10x', problems: [], near: ['N10'] },
  });
});

test('a skip list takes all tickets named or none', async () => {
  expect((await line.run('skip', 'add', 'by-hand', 'N1', 'N99')).code).toBe(1);
  expect(await line.ask('skip', 'list', 'by-hand')).toEqual({ schedule: 'fcx-tixngo/by-hand', tickets: [] });
  expect(await line.ask('skip', 'add', 'by-hand', 'N2,id:3', 'N4', '--reason', 'poison', '--who', 'ana')).toEqual({
    schedule: 'fcx-tixngo/by-hand',
    added: ['N2', 'N3', 'N4'],
    replaced: [],
    unchanged: [],
  });
  expect(await line.ask('skip', 'remove', 'by-hand', 'N2', 'N5')).toMatchObject({ removed: ['N2'], unchanged: ['N5'] });
  expect(await line.ask('skip', 'list', 'by-hand')).toMatchObject({
    tickets: [
      { ticketNumber: 'N3', reason: 'poison', by: 'ana' },
      { ticketNumber: 'N4', reason: 'poison', by: 'ana' },
    ],
  });
});

test('a ticket that is skipped a second time takes the new reason, and keeps its reason when none is given', async () => {
  const bob = ['--reason', 'asked for by the club', '--who', 'bob'];
  expect(await line.ask('skip', 'add', 'by-hand', 'N3', 'N5', ...bob)).toEqual({
    schedule: 'fcx-tixngo/by-hand',
    added: ['N5'],
    replaced: ['N3'],
    unchanged: [],
  });
  const same = await line.run('skip', 'add', 'by-hand', 'N3', ...bob);
  expect([same.code, same.stdout]).toEqual([0, expect.stringContaining('unchanged: N3')]);
  expect((await line.run('skip', 'add', 'by-hand', 'N4')).stdout).toContain('unchanged: N4');
  const again = await line.run('skip', 'add', 'by-hand', 'N3', '--reason', 'other');
  expect(again.stdout).toBe('on the skip list of fcx-tixngo/by-hand already, reason replaced: N3\n');
  expect(await line.ask('skip', 'list', 'by-hand')).toMatchObject({
    tickets: [
      { ticketNumber: 'N3', reason: 'other' },
      { ticketNumber: 'N4', reason: 'poison', by: 'ana' },
      { ticketNumber: 'N5', reason: 'asked for by the club', by: 'bob' },
    ],
  });
  expect((await line.run('skip', 'remove', 'by-hand', 'N5')).code).toBe(0);
});

test('what is pending leaves out what is skipped, and names the tickets by product', async () => {
  const document = await line.ask('pending', 'by-hand');
  expect(document).toMatchObject({
    tickets: 18,
    products: [{ product: 'LEAGUE', tickets: 18, refused: 0, unknown: 0 }],
  });
});

test('a ticket that no run has touched says so', async () => {
  const { code, stdout } = await line.run('ticket', 'N3');
  expect(code).toBe(0);
  expect(stdout).toContain('Ticket N3 (id:3) of FCX');
  expect(stdout).toContain('NOT_PRINTED');
  expect(stdout).toContain('nothing read back yet');
  expect(stdout).toContain('skipped: by fcx-tixngo/by-hand');
  expect(stdout).toContain('no run has touched it');
});

test('a number that two organizations use has to be told apart', async () => {
  await line.pool.query(`
    insert into product (organization_id, code, name, family) select id, 'P', 'P', 'COMPETITION' from organization where code = 'FCY';
    insert into ticket (id, organization_id, ticket_number, product_id, price, currency)
      select 100, organization_id, 'N1', id, 1, 'GBP' from product where code = 'P'`);
  const { code, stderr } = await line.run('ticket', 'N1');
  expect(code).toBe(1);
  expect(stderr).toContain('add --organization');
  expect(stderr).toContain('Near: FCX (id:1), FCY (id:100)');
  expect(await line.ask('ticket', 'N1', '--organization', 'FCY')).toMatchObject({ id: '100', organization: 'FCY' });
});

test('missing and bad settings are all named at once, without their values', async () => {
  const changes = { DATABASE_URL: 'mysql://user:s3cret@host/x', TEMPORAL_ADDRESS: 'here', LOG_LEVEL: 'loud' };
  const { code, stderr } = await line.runWith(changes, 'status');
  expect(code).toBe(2);
  for (const name of ['DATABASE_URL', 'TEMPORAL_ADDRESS', 'LOG_LEVEL']) expect(stderr).toContain(name);
  expect(stderr).not.toContain('s3cret');
});

test('a server that refuses connections: exit 3, which address, what would help', async () => {
  const nobody = '127.0.0.1:1';
  const temporal = await line.runWith({ TEMPORAL_ADDRESS: nobody }, 'status');
  expect([temporal.code, temporal.stderr]).toEqual([
    3,
    expect.stringContaining(`Temporal does not answer at ${nobody}`),
  ]);
  expect(temporal.stderr).toContain('TEMPORAL_ADDRESS');
  const database = await line.runWith({ DATABASE_URL: `postgres://user:s3cret@${nobody}/x` }, 'status');
  expect([database.code, database.stderr]).toEqual([
    3,
    expect.stringContaining(`The database does not answer at ${nobody}/x`),
  ]);
  expect(database.stderr).toContain('DATABASE_URL');
  expect(database.stderr).not.toContain('s3cret');
});

test('a server that accepts and never answers: exit 3 as well, and doctor says the same', async () => {
  const silent = createServer(() => undefined);
  const port = String(await listen(silent));
  try {
    const changes = { TEMPORAL_ADDRESS: `127.0.0.1:${port}`, DATABASE_URL: `postgres://u@127.0.0.1:${port}/x` };
    const { code, stderr } = await line.runWith(changes, 'status');
    expect([code, stderr]).toEqual([3, expect.stringContaining(`127.0.0.1:${port}`)]);
    const doctor = await line.runWith(changes, 'doctor');
    expect(doctor.code).toBe(3);
    expect(doctor.stdout).toContain('The database does not answer');
    expect(doctor.stdout).toContain('Temporal does not answer');
  } finally {
    silent.close();
  }
});

test('a database without the schema and a namespace that is not there: exit 2, and what to do', async () => {
  const { rows } = await line.pool.query<{ name: string }>('select current_database() as name');
  const empty = new URL(line.environment.DATABASE_URL ?? '');
  empty.pathname = '/postgres';
  expect(rows).toHaveLength(1);
  const schema = await line.runWith({ DATABASE_URL: empty.href }, 'status');
  expect([schema.code, schema.stderr]).toEqual([2, expect.stringContaining('tixngo migrate')]);
  const namespace = await line.runWith({ TEMPORAL_NAMESPACE: 'nowhere' }, 'status');
  expect([namespace.code, namespace.stderr]).toEqual([2, expect.stringContaining('no namespace "nowhere"')]);
});

test('doctor tells good from bad, and that no worker runs', async () => {
  const { code, stdout } = await line.run('doctor');
  expect(code).toBe(1);
  expect(stdout.split('\n').filter((row) => row.startsWith('BAD'))).toEqual(['BAD\tworkers\tnone runs: tixngo worker']);
  expect(stdout).toContain('good\tschedule fcx-tixngo/inject-league\tin Temporal');
  expect(stdout).toContain('unseen\tinterfaces\tnot looked at; mend first: workers\n');
});

test('doctor names what it could not look at, and why: a check that is left out looks like a good one', async () => {
  const away = await line.runWith({ DATABASE_URL: 'postgres://u@127.0.0.1:1/x' }, 'doctor');
  const rows = away.stdout
    .trimEnd()
    .split('\n')
    .map((row) => row.split('\t'));
  expect(away.code).toBe(3);
  expect(rows.slice(1).map(([verdict, check]) => `${String(verdict)} ${String(check)}`)).toEqual([
    'good Node',
    'BAD database',
    'unseen schema',
    'good Temporal',
    'good namespace',
    'good search attributes',
    'unseen schedules',
    'unseen workers',
    'unseen interfaces',
  ]);
  expect(away.stdout).toContain('unseen\tworkers\tnot looked at; mend first: database\n');
  const nowhere = await line.runWith({ TEMPORAL_NAMESPACE: 'nowhere' }, 'doctor', '--json');
  expect(JSON.parse(nowhere.stdout)).toHaveProperty('checks.5', {
    check: 'search attributes',
    good: null,
    found: 'not looked at; mend first: namespace',
  });
});

test('migrate changes nothing the second time', async () => {
  expect(await line.ask('migrate')).toMatchObject({
    migrations: [],
    temporal: { namespaceCreated: false, retentionChanged: false, searchAttributesAdded: [] },
  });
});

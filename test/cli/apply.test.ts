import { matching, openCommandLine, type CommandLine } from '../helpers/command-line';
import { interfaceX, readConfiguration, schedulesX, seedOrganizations } from './configuration-fixture';

let line: CommandLine;
const file = () => line.write('tixngo.yaml', interfaceX + schedulesX);

beforeAll(async () => {
  line = await openCommandLine('apply');
  await seedOrganizations(line.pool);
  const { code, stderr } = await line.run('migrate');
  expect([code, stderr]).toEqual([0, '']);
});
afterAll(() => line.close());

test('a dry run says what would change and changes nothing', async () => {
  const before = await readConfiguration(line.pool);
  const document = await line.ask('apply', file(), '--dry-run');
  expect(document).toMatchObject({
    dryRun: true,
    changes: [
      { change: 'create', kind: 'interface', name: 'fcx-tixngo' },
      { change: 'create', kind: 'schedule', name: 'fcx-tixngo/inject-league' },
      { change: 'create', kind: 'schedule', name: 'fcx-tixngo/by-hand' },
    ],
    temporal: [{ change: 'create', schedule: 'fcx-tixngo/inject-league' }],
  });
  expect(await readConfiguration(line.pool)).toEqual(before);
  expect(await line.ask('status')).toMatchObject({ schedules: [] });
});

test('applying twice changes nothing the second time, and an automatic schedule starts in the zone of its organization', async () => {
  expect((await line.run('apply', file())).code).toBe(0);
  const once = await readConfiguration(line.pool);
  const { code, stdout } = await line.run('apply', file());
  expect([code, stdout]).toEqual([0, 'Nothing to change: the system is what the file says.\n']);
  expect(await readConfiguration(line.pool)).toEqual(once);
  const { rows } = await line.pool.query(
    'select organizer, count(*)::integer as slots from call_slot group by organizer',
  );
  expect(rows).toEqual([{ organizer: 'fc-example', slots: 3 }]);
  expect(await line.ask('status')).toMatchObject({
    schedules: [
      { schedule: 'fcx-tixngo/by-hand', nextStart: null },
      {
        schedule: 'fcx-tixngo/inject-league',
        nextStart: matching(/^\d{4}-.*:0[05]:0[0-2]\+0[12]:00$|^\d{4}-.*:[1-5][05]:0[0-2]\+0[12]:00$/),
      },
    ],
  });
});

test('retrieve-status: no point of sales, a schedule of Temporal, a remark when two read one account by themselves', async () => {
  const retrieve = `  - { name: retrieve, interface: fcx-tixngo, function: retrieve-status, launch: AUTOMATIC, skip: 'id:7', batchSize: 500 }
  - { name: again, interface: fcx-tixngo, function: retrieve-status, launch: AUTOMATIC, every: 1h }
  - { name: by-hand-too, interface: fcx-tixngo, function: retrieve-status, launch: MANUAL }
`;
  const path = line.write('retrieve.yaml', interfaceX + schedulesX + retrieve);
  expect(await line.ask('apply', path)).toMatchObject({
    changes: [
      {
        change: 'create',
        name: 'fcx-tixngo/retrieve',
        fields: [
          { field: 'function', to: 'retrieve-status' },
          { field: 'launch', to: 'AUTOMATIC' },
          { field: 'every', to: '5m' },
          { field: 'batchSize', to: 500 },
          { field: 'skip', to: 'id:7' },
        ],
      },
      { change: 'create', name: 'fcx-tixngo/again' },
      { change: 'create', name: 'fcx-tixngo/by-hand-too' },
    ],
    temporal: [
      { change: 'create', schedule: 'fcx-tixngo/retrieve' },
      { change: 'create', schedule: 'fcx-tixngo/again' },
    ],
    warnings: [
      { field: 'schedules[2].skip' },
      { line: 25, field: 'schedules[3].launch', message: matching(/^fcx-tixngo\/retrieve reads .* only one can run/) },
      { field: 'schedules[2].skip', message: matching(/^there is no ticket id:7 in FCX; /) },
    ],
  });
  // The first schedule is no part of this file any more, and reads the account still.
  const other = interfaceX + schedulesX + retrieve.replace(/.*\n/, '');
  expect(await line.ask('apply', line.write('other.yaml', other))).toMatchObject({
    changes: [],
    warnings: [{ field: 'schedules[2].launch' }],
  });
  const { code, stdout } = await line.run('apply', file(), '--prune');
  expect([code, stdout]).toEqual([0, expect.stringContaining('- Temporal schedule fcx-tixngo/retrieve\n')]);
  expect((await line.run('pending', 'retrieve')).code).toBe(1);
});

test.each([
  ['forced', 'force', 'a run leaves it out and ends in WARNING'],
  ['skipped', 'skip', 'it leaves nothing out'],
])('%s numbers that name no ticket are told, and are no mistake: the tickets may come later', async (_, field, so) => {
  const text = `${interfaceX}${schedulesX}    ${field}: foo, id:77\n`;
  const path = line.write(`${field}.yaml`, text);
  const { code, stdout } = await line.run('apply', path, '--dry-run');
  const where = `${path}:${String(text.split('\n').findIndex((words) => words.includes(`${field}:`)) + 1)}`;
  expect([code, stdout]).toEqual([
    0,
    expect.stringContaining(
      `${where}: remark on schedules[1].${field}: there is no ticket foo, id:77 in FCX; until there is, ${so}. `,
    ),
  ]);
});

test('what operators paused and skipped stays, and is shown', async () => {
  await line.pool.query(`
    insert into product (organization_id, code, name, family) select id, 'P', 'P', 'COMPETITION' from organization where code = 'FCX';
    insert into ticket (id, organization_id, ticket_number, product_id, price, currency) select 1, organization_id, 'N1', id, 1, 'CHF' from product`);
  for (const words of [
    ['pause', 'inject-league', '--reason', 'derby'],
    ['pause', '--interface', 'fcx-tixngo'],
    ['pause', '--organizer', 'fc-example'],
    ['skip', 'add', 'by-hand', 'N1', '--reason', 'poison'],
  ]) {
    expect(await line.run(...words, '--who', 'ana')).toMatchObject({ code: 0, stderr: '' });
  }
  const changed = line.write('changed.yaml', interfaceX + schedulesX.replace('every: 5m', 'every: 10m'));
  expect(await line.ask('apply', changed)).toMatchObject({
    changes: [
      { change: 'update', name: 'fcx-tixngo/inject-league', fields: [{ field: 'every', from: '5m', to: '10m' }] },
    ],
    temporal: [{ change: 'update', schedule: 'fcx-tixngo/inject-league' }],
    kept: {
      paused: [
        'organizer fc-example',
        'interface fcx-tixngo',
        'schedule fcx-tixngo/inject-league (paused by ana: derby)',
      ],
      skips: [{ schedule: 'fcx-tixngo/by-hand', tickets: 1 }],
    },
  });
  expect(await line.ask('status')).toMatchObject({
    schedules: [
      { paused: ['interface', 'organizer'] },
      { paused: ['schedule', 'interface', 'organizer'], nextStart: null, late: false },
    ],
  });
  for (const words of [['inject-league'], ['--interface', 'fcx-tixngo'], ['--organizer', 'fc-example']]) {
    expect((await line.run('resume', ...words)).code).toBe(0);
  }
  const { rows } = await line.pool.query(
    `select who, action, subject, reason from operator_action where who = 'ana' order by id`,
  );
  expect(rows).toEqual([
    { who: 'ana', action: 'pause', subject: 'schedule fcx-tixngo/inject-league', reason: 'derby' },
    { who: 'ana', action: 'pause', subject: 'interface fcx-tixngo', reason: null },
    { who: 'ana', action: 'pause', subject: 'organizer fc-example', reason: null },
    { who: 'ana', action: 'skip add', subject: 'fcx-tixngo/by-hand', reason: 'poison' },
  ]);
});

test('what the file lacks stays without --prune; with it, it is archived within the organizations named, and comes back with its skips', async () => {
  expect((await line.run('apply', file())).code).toBe(0);
  const fcy = interfaceX.replace('fcx-tixngo', 'fcy-tixngo').replace('organization: FCX', 'organization: FCY');
  expect((await line.run('apply', line.write('fcy.yaml', fcy))).code).toBe(0);
  const without = line.write('without.yaml', interfaceX);
  expect(await line.ask('apply', without)).toMatchObject({ changes: [], temporal: [] });
  expect(await line.ask('apply', without, '--prune')).toMatchObject({
    changes: [
      { change: 'archive', kind: 'schedule', name: 'fcx-tixngo/by-hand' },
      { change: 'archive', kind: 'schedule', name: 'fcx-tixngo/inject-league' },
    ],
    temporal: [{ change: 'remove', schedule: 'fcx-tixngo/inject-league' }],
  });
  expect(await line.ask('status')).toMatchObject({ schedules: [] });
  expect((await line.run('run', 'by-hand')).code).toBe(1);
  expect(await line.ask('apply', file())).toMatchObject({
    changes: [
      { change: 'restore', name: 'fcx-tixngo/inject-league' },
      { change: 'restore', name: 'fcx-tixngo/by-hand' },
    ],
    kept: { skips: [{ schedule: 'fcx-tixngo/by-hand', tickets: 1 }] },
  });
  // A successor of an interface takes its organization over.
  const successor = line.write('successor.yaml', fcy.replace('fcy-tixngo', 'fcy-next'));
  expect((await line.run('apply', successor)).code).toBe(2);
  expect(await line.ask('apply', successor, '--prune')).toMatchObject({
    changes: [
      { change: 'create', name: 'fcy-next' },
      { change: 'archive', name: 'fcy-tixngo' },
    ],
  });
});

test('slots follow parallelCalls, and one that is held stays', async () => {
  const slots = async (): Promise<unknown> =>
    (await line.pool.query(`select array_agg(n order by n) as n from call_slot where organizer = 'fc-example'`))
      .rows[0];
  const calls = (count: number) =>
    line.write('calls.yaml', interfaceX.replace('parallelCalls=3', `parallelCalls=${String(count)}`) + schedulesX);
  expect((await line.run('apply', calls(6))).code).toBe(0);
  expect(await slots()).toEqual({ n: [1, 2, 3, 4, 5, 6] });
  await line.pool.query(
    `update call_slot set execution_id = 1, range_number = 1, until = now() where organizer = 'fc-example' and n = 6`,
  );
  // Another interface of the account keeps its four.
  expect((await line.run('apply', calls(2))).code).toBe(0);
  expect(await slots()).toEqual({ n: [1, 2, 3, 6] });
});

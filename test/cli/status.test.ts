import { connect, createServer, type Socket } from 'node:net';
import { matching, openCommandLine, type CommandLine } from '../helpers/command-line';
import { listen } from '../helpers/listen';
import { found, until } from '../helpers/until';
import { interfaceX, schedulesX, seedOrganizations, seedTickets } from './configuration-fixture';

let line: CommandLine;
jest.setTimeout(120_000);

// No worker runs here: what is started waits.
beforeAll(async () => {
  line = await openCommandLine('status');
  await seedOrganizations(line.pool);
  await seedTickets(line.pool, 20);
  expect(await line.run('migrate')).toMatchObject({ code: 0 });
  expect(await line.run('apply', line.write('tixngo.yaml', interfaceX + schedulesX))).toMatchObject({ code: 0 });
});
afterAll(() => line.close());

/** The row of the schedule that is started by hand. */
async function askByHand(): Promise<unknown> {
  const document = await line.ask('status');
  const schedules =
    typeof document === 'object' && document !== null && 'schedules' in document ? document.schedules : [];
  return Array.isArray(schedules) ? schedules[0] : undefined;
}

async function openExecution(ids: { readonly workflowId: string; readonly firstRunId: string }): Promise<void> {
  await line.pool.query(
    `insert into execution (id, namespace, workflow_id, first_run_id, function, schedule_id, interface_id, organizer, trigger, settings,
        planned, opened_at)
      overriding system value
      select 7, $1, $2, $3, 'inject-tickets', s.id, s.interface_id, 'fc-example', 'OPERATOR', '{}', 20, now() - interval '10 seconds'
      from schedule s where s.name = 'by-hand'`,
    [line.environment.TEMPORAL_NAMESPACE, ids.workflowId, ids.firstRunId],
  );
}

test('a run that is started and that no worker has planned yet is shown, and then the backlog of the planned one and its end, and when it is paused the backlog alone', async () => {
  const started = await line.ask('run', 'by-hand');
  expect(started).toMatchObject({ started: true });
  const { workflowId, firstRunId } = toIds(started);
  // Temporal's list lags its truth by moments.
  const giveUpAt = Date.now() + 30_000;
  let row = await askByHand();
  while (JSON.stringify(row).includes('"unplanned":[]') && Date.now() < giveUpAt) row = await askByHand();
  expect(row).toMatchObject({ openRuns: [], unplanned: [{ workflowId, startedAt: matching(/^\d{4}-.*\+0[12]:00$/) }] });
  expect((await line.run('status')).stdout).toMatch(/started (under 1 s|\d+ .*) ago, not planned yet/);
  const log = await line.run('log', workflowId);
  expect([log.code, log.stderr]).toEqual([1, expect.stringContaining('no worker has planned it yet')]);

  await openExecution({ workflowId, firstRunId });
  expect(await askByHand()).toMatchObject({
    unplanned: [],
    openRuns: [{ run: 7, simulation: false, backlog: { tickets: 20, perSecond: 0, goneAt: null } }],
  });
  await line.pool.query(`insert into execution_undelivered (execution_id, position, ticket_id, outcome, code)
    select 7, i - 1, i, 'SKIPPED', 'ALREADY_PROCESSED' from generate_series(1, 5) i`);
  expect((await line.run('status')).stdout).toMatch(/run 7 open for .*, 15 left, gone in about \d+ (s|min)/);
  expect(await askByHand()).toMatchObject({ openRuns: [{ backlog: { tickets: 15, goneAt: matching(/^\d{4}-/) } }] });

  await line.pool.query('update execution set paused_at = now() where id = 7');
  expect((await line.run('status')).stdout).toContain('\trun 7 paused, 15 left\n');
  expect(await askByHand()).toMatchObject({
    openRuns: [{ paused: true, backlog: { tickets: 15, perSecond: 0, goneAt: null } }],
  });
});

test('the backlog of a run is of what that run selects: not of what it skips, and whatever its schedule has come to take since', async () => {
  const setRun = (column: string, value: string) =>
    line.pool.query(`update execution set ${column} = $1 where id = 7`, [value]);
  const setProducts = (products: string) =>
    line.pool.query(
      `update schedule set settings = jsonb_set(settings, '{filters,product}', $1) where name = 'by-hand'`,
      [products],
    );
  const left = (tickets: number) => ({ openRuns: [{ run: 7, backlog: { tickets } }] });
  await setProducts('["CUP"]');
  expect(await askByHand()).toMatchObject(left(15));
  await setProducts('[]');
  await setRun('settings', '{"products": ["CUP"]}');
  expect(await askByHand()).toMatchObject(left(0));
  await setRun('settings', '{"products": ["LEAGUE"]}');
  await setRun('overrides', '{"skip": ["16", "17", "18", "19", "20"]}');
  expect(await askByHand()).toMatchObject(left(10));
  await line.pool.query(`insert into execution_undelivered (execution_id, position, ticket_id, outcome, code)
    select 7, i - 1, i, 'SKIPPED', 'ALREADY_PROCESSED' from generate_series(6, 15) i`);
  expect(await askByHand()).toMatchObject(left(0));
});

test('a simulation that ended in ERROR is told as a simulation, and makes no schedule red', async () => {
  await line.pool.query(`
    insert into execution (id, namespace, workflow_id, first_run_id, function, schedule_id, interface_id, organizer, trigger, settings,
        simulation, ending, closed_at, outcome, report)
      overriding system value
      select n, 'other', 'w' || n, 'r', 'inject-tickets', s.id, s.interface_id, 'fc-example', 'OPERATOR', '{}', n = 9, 'done', now(),
        case n when 8 then 'OK' else 'ERROR' end, '{"message": "3 of 20 refused"}'
      from schedule s, generate_series(8, 9) n where s.name = 'by-hand'`);
  expect(await askByHand()).toMatchObject({
    lastRun: { run: 8, outcome: 'OK' },
    lastGoodAt: matching(/^\d{4}-/),
    lastSimulation: { run: 9, outcome: 'ERROR' },
  });
  const { stdout } = await line.run('status');
  expect(stdout).toContain('fcx-tixngo/by-hand\tinject-tickets\t8\tOK\t');
  expect(stdout).toContain('fcx-tixngo/by-hand: simulation 9, which sent nothing: ERROR: 3 of 20 refused');
});

test('a last run that was SKIPPED is shown with its reason', async () => {
  await line.pool.query(`
    insert into execution (id, namespace, workflow_id, first_run_id, function, schedule_id, interface_id, organizer, trigger, settings,
        ending, closed_at, outcome, report)
      overriding system value
      select 10, 'other', 'w10', 'r', 'inject-tickets', s.id, s.interface_id, 'fc-example', 'OPERATOR', '{}', 'done', now(), 'SKIPPED',
        '{"message": "run 7 has the account"}'
      from schedule s where s.name = 'by-hand'`);
  const { stdout } = await line.run('status');
  expect(stdout).toContain('fcx-tixngo/by-hand\tinject-tickets\t10\tSKIPPED\t');
  expect(stdout).toContain('fcx-tixngo/by-hand: SKIPPED: run 7 has the account');
});

test('what TIXNGO keeps an account waiting for is told once under the table and by each of its schedules in the document, and makes nothing late', async () => {
  await line.pool.query(`
    insert into execution (id, namespace, workflow_id, first_run_id, function, schedule_id, interface_id, organizer, trigger, settings, opened_at)
      overriding system value
      select 11, 'other', 'w11', 'r', 'inject-tickets', s.id, s.interface_id, 'fc-example', 'OPERATOR', '{}', now() - interval '1 minute'
      from schedule s where s.name = 'by-hand'`);
  await line.pool
    .query(`update organizer_gate set failing_since = now() - interval '20 seconds', failing_code = 'STATUS_503',
    probe_at = now(), key_refused_at = now() - interval '1 hour'`);
  const { code, stdout } = await line.run('status', '--check');
  expect(code).toBe(0);
  const time = '2\\d{3}-\\S+\\+0[12]:00';
  expect(stdout.split('\n').filter((text) => text.startsWith('organizer '))).toEqual([
    matching(
      new RegExp(
        `^organizer fc-example waits: TIXNGO has given no valid answer since ${time} \\(STATUS_503\\)\\. It goes on by itself once TIXNGO answers$`,
      ),
    ),
    matching(/^organizer fc-example: TIXNGO refuses the API key, last at .* tixngo test fcx-tixngo\. The next run/),
  ]);
  const gate = {
    failing: { since: matching(new RegExp(`^${time}$`)), code: 'STATUS_503' },
    pausedUntil: null,
    keyRefusedAt: matching(new RegExp(`^${time}$`)),
  };
  expect(await line.ask('status')).toMatchObject({ schedules: [{ paused: [], gate }, { gate }] });
  await line.pool.query(`update execution set closed_at = now(), ending = 'done', outcome = 'SKIPPED' where id = 11;
    update organizer_gate set failing_since = null, failing_code = null, probe_at = null, key_refused_at = null`);
  expect(await line.ask('status')).toMatchObject({ schedules: [{ gate: null }, { gate: null }] });
});

test('whoever waits for a run that no worker takes is told so once, and Ctrl-C says that the run goes on', async () => {
  const waiting = line.start('run', 'by-hand', '--also', '--wait');
  const hold = 'fcx-tixngo/by-hand waits: no worker runs\\. One starts with: tixngo worker';
  const goesOn =
    'Interrupted: the run of fcx-tixngo/by-hand goes on\\. Follow it: tixngo log inject-tickets/\\S+Z --follow\\.';
  const told = new RegExp(`^${hold}\n${goesOn} Stop it: tixngo stop RUN, by the number that tixngo status shows .*\n$`);
  await until('it is told', () => Promise.resolve(waiting.stderr() !== ''));
  waiting.interrupt();
  expect(await waiting.ended).toMatchObject({ code: 130, stdout: '', stderr: matching(told) });
});

test('Ctrl-C says of a run that is planned by its number how to follow and how to stop it', async () => {
  const following = line.start('log', '7', '--follow');
  await until('it is told', () => Promise.resolve(following.stderr() !== ''));
  following.interrupt();
  expect(await following.ended).toMatchObject({
    code: 130,
    stdout: '',
    stderr: matching(
      /\nInterrupted: the run of fcx-tixngo\/by-hand goes on\. Follow it: tixngo log 7 --follow\. Stop it: tixngo stop 7\n$/,
    ),
  });
});

test.each([
  ['one that no worker has planned', ['run', 'by-hand', '--also', '--wait'], 'inject-tickets/\\S+Z'],
  ['one that is planned, by its number', ['log', '7', '--follow'], '7'],
])(
  'whoever waits for a run while Temporal goes away is told that it is kept and how to follow it: %s',
  async (_which, words, run) => {
    const temporal = await openWayToTemporal();
    const waiting = line.startWith({ TEMPORAL_ADDRESS: temporal.address }, ...words);
    await until('it waits', () => Promise.resolve(waiting.stderr() !== ''));
    temporal.close();
    const told = new RegExp(
      `\nTemporal does not answer at ${temporal.address}\\. Start it .* The run of fcx-tixngo/by-hand is kept, and goes on when the servers are back\\. Follow it: tixngo log ${run} --follow\n$`,
    );
    expect(await waiting.ended).toMatchObject({ code: 3, stdout: '', stderr: matching(told) });
  },
);

/** A way to Temporal that can be closed, as seen from whoever goes it. */
async function openWayToTemporal(): Promise<{ readonly address: string; close(): void }> {
  const [host = '', port = ''] = (line.environment.TEMPORAL_ADDRESS ?? '').split(':');
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    const far = connect(Number(port), host);
    sockets.push(near, far);
    // Cut on purpose.
    for (const socket of [near, far]) socket.on('error', () => undefined);
    near.pipe(far).pipe(near);
  });
  const address = `127.0.0.1:${String(await listen(server))}`;
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { address, close };
}

test('a look that the database does not answer ends no waiting, and nothing is told a second time for it', async () => {
  const waiting = line.start('run', 'by-hand', '--also', '--wait');
  await until('it is told', () => Promise.resolve(waiting.stderr() !== ''));
  await meetLook('select pg_terminate_backend($1::integer)');
  // The one after it comes to its end, as the next one shows.
  await meetLook('select $1::integer');
  await meetLook('select $1::integer');
  waiting.interrupt();
  const { stderr } = await waiting.ended;
  expect(stderr.match(/ waits: /g)).toHaveLength(1);
});

/** Holds up the next look at what keeps a run from going on, by a lock, and does something to its connection. */
async function meetLook(statement: string): Promise<void> {
  const holder = await line.pool.connect();
  await holder.query('begin; lock table worker');
  const pid = await found('a look waits', async () => {
    const { rows } = await line.pool.query<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database() and application_name = 'tixngo cli' and wait_event_type = 'Lock'`,
    );
    return rows[0]?.pid;
  });
  await line.pool.query(statement, [pid]);
  await holder.query('rollback');
  holder.release();
}

function toIds(started: unknown): { readonly workflowId: string; readonly firstRunId: string } {
  if (typeof started !== 'object' || started === null || !('workflowId' in started) || !('firstRunId' in started)) {
    throw new Error('The run was not started');
  }
  return { workflowId: String(started.workflowId), firstRunId: String(started.firstRunId) };
}

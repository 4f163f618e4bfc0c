import { connectClient } from '../../client/connect';
import { openSandboxAdmin } from '../../sandbox/admin-client';
import { matching, type CommandLine } from '../helpers/command-line';
import { found, until } from '../helpers/until';
import { insertTickets, openRunningSystem, type RunningSystem } from './running-system';

let system: RunningSystem;
let line: CommandLine;

jest.setTimeout(180_000);

beforeAll(async () => {
  system = await openRunningSystem('open-run', { tickets: 0 });
  ({ line } = system);
});
afterAll(() => system.close());

test('an open run is named instead of a second one, is paused, resumed and stopped, and followed to its end', async () => {
  await insertTickets(line.pool, 100, 400);
  // The interface is paused: the run plans and then waits, as long as this test needs.
  expect((await line.run('pause', '--interface', 'fcx')).code).toBe(0);
  const started = await line.ask('run', 'inject');
  expect(started).toMatchObject({
    started: true,
    schedule: 'fcx/inject',
    workflowId: matching(/^inject-tickets\/fcx\/inject-\d{4}-.*Z$/),
  });
  const { id: run, workflowId } = await findPlannedRun();
  expect(started).toMatchObject({ workflowId });
  const second = await line.run('run', 'inject');
  const follow = `tixngo log ${workflowId} --follow`;
  const named = `fcx/inject runs already. Wait for it (${follow}), or start another one beside it with --also.\n`;
  expect([second.code, second.stderr]).toEqual([1, named]);
  expect(await line.ask('status')).toMatchObject({
    schedules: [{ paused: ['interface'], openRuns: [{ run: Number(run), workflowId }] }],
  });

  const ana = ['--who', 'ana', '--reason', 'prices'];
  expect(await line.ask('pause', run, ...ana)).toMatchObject({ state: 'paused', changed: true });
  await untilPaused(run);
  expect(await line.run('pause', run)).toMatchObject({ stdout: `run ${run}: paused already, nothing changed\n` });
  const remark = `fcx/inject: run ${run} paused by ana at `;
  expect((await line.run('status')).stdout).toContain(remark);
  for (const verb of ['resume', 'stop']) {
    expect(await line.run(verb, run, ...ana)).toMatchObject({ code: 0, stderr: '' });
  }
  const followed = await line.run('log', run, '--follow');
  expect([followed.code, followed.stdout]).toEqual([1, expect.stringContaining('301 NOT_TRIED')]);
  expect(followed.stdout).toMatch(new RegExp(`run ${run} stopped by ana at \\S+: prices`));
  expect((await line.run('resume', '--interface', 'fcx')).code).toBe(0);
  expect(await line.run('again', run, '--wait')).toMatchObject({
    code: 0,
    stdout: matching(/301 DELIVERED/),
  });
});

test('what is left of an open run is what it was started to take: nothing that it skips, and no product that its schedule has come to take since', async () => {
  await insertTickets(line.pool, 410, 419);
  await line.pool.query(`
    insert into product (id, organization_id, code, name, family) select 2, organization_id, 'CUP', 'Cup', 'COMPETITION' from product where id = 1;
    insert into ticket (id, organization_id, ticket_number, product_id, price, currency)
      select 420, organization_id, 'N420', 2, 45.5, 'CHF' from product where id = 1`);
  const setProducts = (codes: string) =>
    line.pool.query(`update schedule set settings = jsonb_set(settings, '{filters,product}', '${codes}')`);
  await setProducts('["LEAGUE"]');
  expect((await line.run('pause', '--interface', 'fcx')).code).toBe(0);
  expect((await line.run('run', 'inject', '--skip', 'N410')).code).toBe(0);
  const { id: run } = await findPlannedRun();
  await setProducts('[]');
  expect(await line.ask('status')).toMatchObject({
    schedules: [{ openRuns: [{ run: Number(run), planned: 9, backlog: { tickets: 9 } }] }],
  });
  expect((await line.run('resume', '--interface', 'fcx')).code).toBe(0);
  expect(await line.run('log', run, '--follow')).toMatchObject({ code: 0, stdout: matching(/9 DELIVERED/) });
  await line.pool.query('delete from ticket where id in (410, 420); delete from product where id = 2');
});

test('whoever waits for a run is told once what is paused, by whom and what to do, and the wait goes on', async () => {
  await insertTickets(line.pool, 450, 451);
  const ana = ['--who', 'ana', '--reason', 'prices'];
  expect((await line.run('pause', '--interface', 'fcx', ...ana)).code).toBe(0);
  const waiting = line.start('run', 'inject', '--wait', '--json');
  await until('the interface is told', () => Promise.resolve(waiting.stderr().includes('resume --interface fcx')));
  expect((await line.run('pause', '--organizer', 'fc-example', ...ana)).code).toBe(0);
  await until('the account is told', () => Promise.resolve(waiting.stderr().includes('resume --organizer')));
  const { id: run } = await findPlannedRun();
  expect((await line.run('pause', run, ...ana)).code).toBe(0);
  await until('the run is told', () => Promise.resolve(waiting.stderr().includes(`resume ${run}`)));
  const paused = [
    ['interface fcx', '--interface fcx'],
    ['organizer fc-example', '--organizer fc-example'],
    [`run ${run}`, run],
  ] as const;
  for (const [, words] of paused.toReversed()) {
    expect((await line.run('resume', ...words.split(' '))).code).toBe(0);
  }
  const { code, stdout, stderr } = await waiting.ended;
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { outcome: 'OK', planned: 2 }]);
  const told = stderr.split('\n').filter((text) => text.includes(' waits: '));
  expect(told).toEqual(
    paused.map(([what, words]): unknown =>
      matching(
        new RegExp(
          `^fcx/inject waits: ${what} paused by ana at \\S+: prices\\. It goes on after: tixngo resume ${words}$`,
        ),
      ),
    ),
  );
});

test('whoever waits for a run is told once that TIXNGO fails, and once that it answers again; status says it meanwhile', async () => {
  await insertTickets(line.pool, 600, 3_599);
  const wallet = openSandboxAdmin(system.sandbox.adminUrl);
  const away = await wallet.addFault({ kind: 'status', status: 503 });
  const waiting = line.start('run', 'inject', '--wait', '--json');
  const told = (what: string) => until(what, () => Promise.resolve(waiting.stderr().includes(what)));
  await told('no valid answer');
  const standing = 'organizer fc-example waits: TIXNGO has given no valid answer since ';
  expect((await line.run('status')).stdout).toContain(standing);
  // Slow enough to be looked at while it goes on.
  await wallet.addFault({ kind: 'latency', minMs: 500, maxMs: 500 });
  await wallet.clearFaults(away);
  await told('answers again');
  await wallet.clearFaults();
  const { code, stdout, stderr } = await waiting.ended;
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { outcome: 'OK', planned: 3_000 }]);
  expect((await line.run('status')).stdout).not.toContain(standing);
  const time = '2\\d{3}-\\S+\\+0[12]:00';
  expect(stderr.split('\n').filter((text) => text.includes('answer'))).toEqual([
    matching(
      new RegExp(
        `^fcx/inject waits: TIXNGO has given no valid answer since ${time} \\(STATUS_503\\)\\. It goes on by itself once TIXNGO answers$`,
      ),
    ),
    'fcx/inject: TIXNGO answers again',
  ]);
});

test('a run that was terminated in the Temporal UI is closed by status', async () => {
  await insertTickets(line.pool, 500, 500);
  expect((await line.run('pause', '--interface', 'fcx')).code).toBe(0);
  expect((await line.run('run', 'inject')).code).toBe(0);
  const { id, workflowId } = await findPlannedRun();
  const address = line.environment.TEMPORAL_ADDRESS ?? '';
  const namespace = line.environment.TEMPORAL_NAMESPACE ?? '';
  const open = await connectClient({ address, connection: { address }, namespace, taskQueue: 'tixngo' });
  await open.client.workflow.getHandle(workflowId).terminate();
  await open.connection.close();
  expect(await line.run('status')).toMatchObject({ code: 0, stderr: `Closed, for its workflow is gone: run ${id}\n` });
  const log = await line.ask('log', id);
  expect(log).toMatchObject({ outcome: 'ERROR', ending: 'failed', outcomes: [{ outcome: 'NOT_TRIED' }] });
});

/** Once a worker has told the run's row. */
function untilPaused(run: string): Promise<void> {
  return until(`run ${run} is paused`, async () => {
    const { rowCount } = await line.pool.query('select from execution where id = $1 and paused_at is not null', [run]);
    return rowCount === 1;
  });
}

/** The open run, once it has planned. */
function findPlannedRun(): Promise<{ readonly id: string; readonly workflowId: string }> {
  return found('a run has planned', async () => {
    const { rows } = await line.pool.query<{ id: string; workflowId: string }>(
      'select id, workflow_id as "workflowId" from execution where closed_at is null and planned > 0',
    );
    return rows[0];
  });
}

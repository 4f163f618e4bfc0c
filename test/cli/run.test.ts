import { join } from 'node:path';
import { startSandboxProgram, type StackSandbox } from '../../local/stack-sandbox';
import { startWorker, type StackWorker } from '../../local/stack-worker';
import { connectClient } from '../../client/connect';
import { openSandboxAdmin } from '../../sandbox/admin-client';
import { matching, openCommandLine, type CommandLine } from '../helpers/command-line';
import { found, until } from '../helpers/until';
import { seedOrganizations } from './configuration-fixture';

let line: CommandLine;
let sandbox: StackSandbox | undefined;
let worker: StackWorker | undefined;

jest.setTimeout(180_000);

const KEY = 'cli-key-k4yCanary';

beforeAll(async () => {
  line = await openCommandLine('run');
  await seedOrganizations(line.pool);
  await seedMatch();
  sandbox = await startSandboxProgram({
    args: ['--organizer', 'fc-example:FCX_TIXNGO_KEY'],
    environment: { FCX_TIXNGO_KEY: KEY },
    logFolder: join(line.folder, 'logs'),
  });
  expect(await allowed('migrate')).toMatchObject({ code: 0, stderr: '' });
  const file = line.write('tixngo.yaml', toConfiguration(sandbox.url));
  expect(await allowed('apply', file)).toMatchObject({ code: 0, stderr: '' });
  worker = await startWorker({
    environment: { ...line.environment, ...allow(), FCX_TIXNGO_KEY: KEY },
    logFolder: join(line.folder, 'logs'),
  });
});
afterAll(async () => {
  await worker?.stop();
  await sandbox?.stop();
  await line.close();
});

const allow = () => ({ TIXNGO_ALLOWED_HOSTS: new URL(sandbox?.url ?? '').origin });
const allowed = (...words: readonly string[]) => line.runWith(allow(), ...words);

function toConfiguration(url: string): string {
  return `interfaces:
  - { name: fcx, organization: FCX, organizer: fc-example, type: TIXNGO, url: '${url}', apiKey: { env: FCX_TIXNGO_KEY } }
schedules:
  - { name: inject, interface: fcx, function: inject-tickets, launch: MANUAL, pointOfSales: WEB;W1 }
`;
}

/** Tickets N1 to N60 of one match, complete but N7, which has no barcode. */
async function seedMatch(): Promise<void> {
  await line.pool.query(`
    insert into site (id, organization_id, code, name, city, country_code, zip, time_zone)
      select 1, id, 'S', 'Stadium', 'Basel', 'CH', '4052', 'Europe/Zurich' from organization where code = 'FCX';
    insert into product (id, organization_id, code, name, family) select 1, id, 'LEAGUE', 'League', 'COMPETITION' from organization where code = 'FCX';
    insert into performance (id, product_id, code, name, site_id, starts_at) values (1, 1, 'M1', 'Match 1', 1, '2027-05-01T18:00:00Z');
    insert into contact (id, first_name, last_name, email) values (1, 'Ana', 'Ruiz', 'ana.ruiz@example.org');
    insert into ticket (id, organization_id, ticket_number, product_id, performance_id, price, currency, barcode, sold_at,
        purchaser_id, initial_contact_id, current_contact_id, beneficiary_id)
      select i, p.organization_id, 'N' || i, 1, 1, 45.5, 'CHF', case when i <> 7 then 'BAR' || i end, '2026-11-01T10:00:00Z', 1, 1, 1, 1
      from product p, generate_series(1, 60) as i`);
}

test('an interface is tested on every worker, where the keys are, and without a ticket', async () => {
  const { code, stdout } = await line.run('test', 'fcx');
  expect(code).toBe(0);
  expect(stdout.split('\n').slice(1)).toEqual([matching(/\tgood\tfc-example\t-?\d+ ms\t$/), '']);
});

test('doctor finds everything good', async () => {
  const { code, stdout } = await line.run('doctor');
  expect([code, stdout]).toEqual([0, expect.not.stringContaining('BAD')]);
});

test('a simulation sends nothing and ends 0 or 1 by its outcome', async () => {
  const document = await line.ask(
    'run',
    'inject',
    '--simulate',
    '--force',
    'N1,id:2',
    '--wait',
    '--reason',
    'look first',
    '--who',
    'ana',
  );
  expect(document).toMatchObject({
    run: 1,
    schedule: 'fcx/inject',
    simulation: true,
    outcome: 'OK',
    planned: 2,
    outcomes: [{ outcome: 'SIMULATED', tickets: 2 }],
  });
  const { rows } = await line.pool.query(
    `select who, action, subject, reason, details -> 'force' as force from operator_action where who = 'ana'`,
  );
  expect(rows).toEqual([
    { who: 'ana', action: 'force', subject: 'fcx/inject', reason: 'look first', force: 'N1,id:2' },
  ]);
  const calls = await openSandboxAdmin(sandbox?.adminUrl ?? '').callSummary();
  expect(calls.tickets.injectTickets).toBeUndefined();
});

test('a run with a bad ticket ends 1, names it in its log, and is good after skip', async () => {
  const red = await line.run('run', 'fcx/inject', '--wait');
  expect(red.code).toBe(1);
  expect(red.stdout).toMatch(/^Run 2 of fcx\/inject: ERROR\n/);
  expect(red.stdout).toContain('1 ticket of 60 refused');
  const log = await line.ask('log', '2', '--outcome', 'refused');
  expect(log).toMatchObject({
    run: 2,
    outcome: 'ERROR',
    planned: 60,
    outcomes: [
      { outcome: 'DELIVERED', tickets: 59 },
      { outcome: 'REFUSED', tickets: 1 },
    ],
    tickets: [{ ticketNumber: 'N7', ticketId: '7', outcome: 'REFUSED', code: matching(/^[A-Z_]+$/) }],
  });
  expect(await line.ask('status')).toMatchObject({
    schedules: [{ lastRun: { run: 2, outcome: 'ERROR', message: matching(/tixngo log 2/) } }],
  });
  expect(await line.ask('pending', 'inject')).toMatchObject({
    tickets: 1,
    products: [{ product: 'LEAGUE', refused: 1 }],
  });

  // A run over another ticket is red because of N7, and its log names it.
  const other = await line.ask('run', 'inject', '--force', 'N1', '--wait', '--who', 'ana');
  expect(other).toMatchObject({ run: 3, outcome: 'ERROR', standingRefused: 1, message: matching(/tixngo log 3$/) });
  const standing = { shown: 1, total: 1, tickets: [{ ticketNumber: 'N7', ticketId: '7', run: 2 }] };
  expect(await line.ask('log', '3')).toMatchObject({ shown: 0, total: 0, tickets: [], standing });
  expect((await line.run('log', '3')).stdout).toMatch(/^N7\tid:7\t2\t[A-Z_]+/m);
  expect(await line.ask('log', '3', '--outcome', 'delivered')).toMatchObject({ standing: { total: 0 } });
  expect(await line.ask('pending', 'inject')).toMatchObject({ standing });

  const cut = await line.run('log', '2', '--outcome', 'DELIVERED', '--limit', '2');
  expect(cut.stdout).toMatch(/\n2 of 59 shown; --limit N shows more\n$/);
  expect(await line.ask('log', '2', '--outcome', 'DELIVERED', '--limit', '2')).toMatchObject({ shown: 2, total: 59 });

  const again = await line.run('again', '2', '--wait');
  expect([again.code, again.stdout]).toEqual([1, matching(/^Run 4 of fcx\/inject: ERROR\n/)]);

  expect((await line.run('skip', 'add', 'inject', 'N7', '--reason', 'no barcode')).code).toBe(0);
  expect(await line.run('run', 'inject', '--wait')).toMatchObject({
    code: 0,
    stdout: matching(/^Run 5 of fcx\/inject: OK\n/),
  });
  expect(await line.ask('status', '--check')).toMatchObject({ schedules: [{ lastRun: { run: 5, outcome: 'OK' } }] });
});

test("a ticket's story names every run that touched it, its mark and its skip, and nobody's name", async () => {
  const story = await line.ask('ticket', 'N7');
  expect(story).toMatchObject({
    status: 'NOT_PRINTED',
    marks: [],
    claimedBy: null,
    openCalls: [],
    skippedBy: [{ schedule: 'fcx/inject', reason: 'no barcode' }],
    runs: [
      { run: 4, outcome: 'REFUSED' },
      { run: 2, outcome: 'REFUSED' },
    ],
  });
  const { stdout } = await line.run('ticket', 'id:1');
  expect(stdout).toContain('S-360:   PRINTED');
  expect(stdout).toContain('mark:    inject-tickets delivered by run 3');
  expect(stdout).toContain('SIMULATED');
  expect(stdout + JSON.stringify(story)).not.toMatch(/Ana|Ruiz|ana\.ruiz|BAR1/);
});

test('a closed run takes no signal, and the run of a long force list travels by a table', async () => {
  const stop = await line.run('stop', '5');
  expect([stop.code, stop.stderr]).toEqual([1, 'Run 5 is not open: it is closed with OK\n']);
  const list = Array.from({ length: 400 }, (_, index) => `X${String(index).padStart(6, '0')}`).join(',');
  const run = await line.run('run', 'inject', '--force', `N1,${list}`, '--simulate', '--wait');
  expect(run.stderr).toMatch(/^400 of 401 forced numbers name no ticket of FCX: X000000, .*, X000019, and 380 more\n/);
  expect(run.stdout).toMatch(/: WARNING \(simulation\)\n[^]*1 SIMULATED\n[^]*400 forced numbers name no ticket/);
  const { rows } = await line.pool.query(`select kind, jsonb_array_length(content) as tickets from upload`);
  expect(rows).toEqual([{ kind: 'tickets', tickets: 401 }]);
});

test('an open run is named instead of a second one, is paused, resumed and stopped, and followed to its end', async () => {
  await line.pool.query(`
    insert into ticket (id, organization_id, ticket_number, product_id, performance_id, price, currency, barcode, sold_at,
        purchaser_id, initial_contact_id, current_contact_id, beneficiary_id)
      select i, p.organization_id, 'N' || i, 1, 1, 45.5, 'CHF', 'BAR' || i, '2026-11-01T10:00:00Z', 1, 1, 1, 1
      from product p, generate_series(100, 400) as i`);
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
  expect([second.code, second.stderr]).toEqual([1, expect.stringContaining(`runs already as ${workflowId}`)]);
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

test('a run that was terminated in the Temporal UI is closed by status', async () => {
  await line.pool.query(`
    insert into ticket (id, organization_id, ticket_number, product_id, performance_id, price, currency, barcode, sold_at,
        purchaser_id, initial_contact_id, current_contact_id, beneficiary_id)
      select 500, organization_id, 'N500', 1, 1, 45.5, 'CHF', 'BAR500', '2026-11-01T10:00:00Z', 1, 1, 1, 1 from product where id = 1`);
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

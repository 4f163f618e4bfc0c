import { openSandboxAdmin } from '../../sandbox/admin-client';
import { matching, type CommandLine } from '../helpers/command-line';
import { openRunningSystem, type RunningSystem } from './running-system';

let system: RunningSystem;
let line: CommandLine;

jest.setTimeout(180_000);

// N7 has no barcode: it is refused.
beforeAll(async () => {
  system = await openRunningSystem('run', { tickets: 60 });
  ({ line } = system);
  await line.pool.query('update ticket set barcode = null where id = 7');
});
afterAll(() => system.close());

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
  const calls = await openSandboxAdmin(system.sandbox.adminUrl).callSummary();
  expect(calls.tickets.injectTickets).toBeUndefined();
});

test('the log of a push says who started it and why', async () => {
  const startedBy = { action: 'force', who: 'ana', reason: 'look first', at: matching(/^\d{4}-/) };
  expect(await line.ask('log', '1')).toMatchObject({ run: 1, startedBy });
  expect((await line.run('log', '1')).stdout).toMatch(/^ {2}started by ana at \S+: look first$/m);
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
  const told = (await line.run('log', '3')).stdout;
  expect(told).toMatch(/^N7\tid:7\t2\t[A-Z_]+/m);
  expect(told).toContain('\n1 ticket refused in other runs and still due; ');
  expect(await line.ask('log', '3', '--outcome', 'delivered')).toMatchObject({ standing: { total: 0 } });
  // It is red by what it was opened with, and so its log says, whatever the schedule has come to take since.
  const setProducts = (codes: string) =>
    line.pool.query(`update schedule set settings = jsonb_set(settings, '{filters,product}', '${codes}')`);
  await setProducts('["CUP"]');
  expect(await line.ask('log', '3')).toMatchObject({ standing });
  expect(await line.ask('pending', 'inject')).toMatchObject({ tickets: 0, standing: { total: 0 } });
  await setProducts('[]');
  expect(await line.ask('pending', 'inject')).toMatchObject({ standing });
  // It is about no run, so none of those that refused a ticket is another one.
  expect((await line.run('pending', 'inject')).stdout).toContain('\n1 ticket refused in earlier runs and still due; ');

  const cut = await line.run('log', '2', '--outcome', 'DELIVERED', '--limit', '2');
  expect(cut.stdout).toMatch(/\n2 of 59 shown; --limit N shows more\n$/);
  expect(await line.ask('log', '2', '--outcome', 'DELIVERED', '--limit', '2')).toMatchObject({ shown: 2, total: 59 });

  const again = await line.run('again', '2', '--wait');
  expect([again.code, again.stdout]).toEqual([1, matching(/^Run 4 of fcx\/inject: ERROR\n/)]);

  // One that is to skip it is good, and so is what goes by the schedule while its settings skip it.
  expect(await line.run('run', 'inject', '--skip', 'N7', '--wait')).toMatchObject({
    code: 0,
    stdout: matching(
      /^Run 5 of fcx\/inject: OK\n[^]*\n {2}Nothing was due beside what the run is to skip \(1 ticket\)\.\n/,
    ),
  });
  const setSkip = (numbers: string) =>
    line.pool.query(`update schedule set settings = jsonb_set(settings, '{skip,ticketNumbers}', '${numbers}')`);
  await setSkip('["N7"]');
  expect(await line.ask('pending', 'inject')).toMatchObject({ tickets: 0, standing: { total: 0 } });
  await setSkip('[]');
  expect(await line.ask('pending', 'inject')).toMatchObject({ tickets: 1, standing: { total: 1 } });

  expect((await line.run('skip', 'add', 'inject', 'N7', '--reason', 'no barcode')).code).toBe(0);
  expect(await line.run('run', 'inject', '--wait')).toMatchObject({
    code: 0,
    stdout: matching(/^Run 6 of fcx\/inject: OK\n/),
  });
  expect(await line.ask('status', '--check')).toMatchObject({ schedules: [{ lastRun: { run: 6, outcome: 'OK' } }] });
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
  const stop = await line.run('stop', '6');
  expect([stop.code, stop.stderr]).toEqual([1, 'Run 6 is not open: it is closed with OK\n']);
  const list = Array.from({ length: 400 }, (_, index) => `X${String(index).padStart(6, '0')}`).join(',');
  const run = await line.run('run', 'inject', '--force', `N1,${list}`, '--simulate', '--wait');
  expect(run.stderr).toMatch(
    /^400 of 401 forced numbers name no ticket of FCX: X000000, .*, X000019, and 380 more\. The run takes the others\. /,
  );
  expect(run.stdout).toMatch(/: WARNING \(simulation\)\n[^]*1 SIMULATED\n[^]*400 forced numbers name no ticket/);
  const { rows } = await line.pool.query(`select kind, jsonb_array_length(content) as tickets from upload`);
  expect(rows).toEqual([{ kind: 'tickets', tickets: 401 }]);
});

test('a log names the forced numbers that name no ticket, wherever they were written, until they name one', async () => {
  const runs = `select max(id)::text as run from execution`;
  const newest = async (): Promise<string> => (await line.pool.query<{ run: string }>(runs)).rows[0]?.run ?? '';
  const uploaded = await newest();
  expect((await line.run('log', uploaded)).stdout).toMatch(
    /\n {2}forced, and no ticket of FCX: X000000, .*, X000019, and 380 more\n/,
  );

  await line.run('run', 'inject', '--force', 'N1,later,id:999999', '--simulate', '--wait');
  const typed = await newest();
  expect((await line.run('log', typed)).stdout).toContain('\n  forced, and no ticket of FCX: later, id:999999\n');
  expect(await line.ask('log', typed)).toMatchObject({ unknownForced: ['later', 'id:999999'] });

  const force = JSON.stringify({ force: { ticketNumbers: ['N1', 'foo'], ids: [] } });
  await line.pool.query(`update schedule set settings = settings || $1 where name = 'inject'`, [force]);
  await line.run('run', 'inject', '--simulate', '--wait');
  expect(await line.ask('log', await newest())).toMatchObject({ unknownForced: ['foo'] });

  await line.pool.query(`insert into ticket (id, organization_id, ticket_number, product_id, price, currency)
    select 999999, organization_id, 'later', product_id, 1, 'CHF' from ticket where ticket_number = 'N1'`);
  expect(await line.ask('log', typed)).toMatchObject({ unknownForced: [] });
});

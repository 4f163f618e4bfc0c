import { countOutcomes } from '../../db/queries/operations/count-outcomes';
import { findExecution } from '../../db/queries/operations/find-execution';
import { findTickets } from '../../db/queries/operations/find-tickets';
import { findUnknownForced } from '../../db/queries/operations/find-unknown-forced';
import { listLiveWorkers } from '../../db/queries/operations/list-live-workers';
import { listNearExecutions } from '../../db/queries/operations/list-near-executions';
import { listNearTicketNumbers } from '../../db/queries/operations/list-near-tickets';
import { listOpenExecutions } from '../../db/queries/operations/list-open-executions';
import { listOperatorActions } from '../../db/queries/operations/list-operator-actions';
import { recordOperatorAction } from '../../db/queries/operations/record-operator-action';
import { listOutcomes } from '../../db/queries/operations/list-outcomes';
import { listPlanned } from '../../db/queries/operations/list-planned';
import { listRunSelections } from '../../db/queries/operations/list-run-selections';
import { listSchedules } from '../../db/queries/operations/list-schedules';
import { listTicketRuns } from '../../db/queries/operations/list-ticket-runs';
import { measureBacklog } from '../../db/queries/operations/measure-backlog';
import { readTicketState } from '../../db/queries/operations/read-ticket-state';
import { listSkips } from '../../db/queries/operations/skips';
import { summarizePending } from '../../db/queries/operations/summarize-pending';
import { summarizeSchedules } from '../../db/queries/operations/summarize-schedules';
import { selectForInject } from '../../db/queries/inject-tickets/due';
import type { Database } from '../../db/database';
import { openOperations, seedRuns, type OperationsDatabase } from './operations-fixture';

let operations: OperationsDatabase;
let database: Database;

beforeAll(async () => {
  operations = await openOperations('operations');
  ({ database } = operations);
});
afterAll(() => operations.close());

const due = () => selectForInject({ organizationId: '1', scheduleId: '1', products: [], skip: [] });

test('on an empty database each statement finds nothing', async () => {
  expect(await listSchedules(database)).toEqual([]);
  expect(await summarizeSchedules(database, [])).toEqual([]);
  expect(await findExecution(database, { run: 1 })).toBeUndefined();
  expect(await findExecution(database, { workflowId: 'w', firstRunId: 'r' })).toBeUndefined();
  expect(await findUnknownForced(database, 1)).toBeUndefined();
  expect(await listRunSelections(database, [1])).toEqual([]);
  expect(await listNearExecutions(database, 7)).toEqual([]);
  expect(await countOutcomes(database, 1)).toEqual([]);
  expect(await listOutcomes(database, { run: 1, limit: 10 })).toEqual([]);
  expect(await findTickets(database, { numbers: ['N1'], ids: ['1'] })).toEqual([]);
  expect(await listNearTicketNumbers(database, { number: 'N1' })).toEqual([]);
  expect(await listTicketRuns(database, '1')).toEqual([]);
  expect(await readTicketState(database, '1')).toEqual({
    marks: [],
    claimedBy: null,
    openCalls: [],
    skippedBy: [],
  });
  expect(await listSkips(database, '1')).toEqual([]);
  expect(await summarizePending(database, due())).toEqual([]);
  expect(await listOpenExecutions(database, 'default')).toEqual([]);
  expect(await listLiveWorkers(database)).toEqual([]);
});

describe('with 10,000 tickets', () => {
  beforeAll(() => seedRuns(database));

  test('a schedule is summed up by its last closed run, its last good one and the open ones', async () => {
    const at = Date.parse('2026-11-20T10:00:00Z');
    expect(await summarizeSchedules(database, ['1', '2'])).toEqual([
      {
        scheduleId: '1',
        last: { run: 3, outcome: 'ERROR', ending: 'done', openedAtMs: at, closedAtMs: at + 180_000, message: 'run 3' },
        lastGoodAtMs: at + 60_000,
        lastGoodRun: 1,
        lastSimulation: null,
        open: [
          {
            run: 4,
            workflowId: 'w4',
            openedAtMs: at,
            lastSignAtMs: at + 1_800_000,
            paused: false,
            simulation: false,
            planned: 10_000,
            records: 0,
          },
        ],
      },
      { scheduleId: '2', last: null, lastGoodAtMs: null, lastGoodRun: null, lastSimulation: null, open: [] },
    ]);
    expect(await listOpenExecutions(database, 'default')).toEqual([{ run: 4, workflowId: 'w4', firstRunId: 'r4' }]);
    expect(await listOpenExecutions(database, 'other')).toEqual([]);
  });

  test('a simulation is neither the last run nor a good one; the last one is told apart until a run that sends has closed', async () => {
    const add = (id: number, simulation: boolean, outcome: string) =>
      database.pool.query(
        `insert into execution (id, namespace, workflow_id, first_run_id, function, schedule_id, interface_id, organizer, trigger, settings,
            simulation, ending, closed_at, outcome)
          overriding system value
          values ($1::bigint, 'default', 's' || $1::bigint, 's', 'inject-tickets', 2, 1, 'fc-example', 'OPERATOR', '{}', $2, 'done', now(), $3)`,
        [id, simulation, outcome],
      );
    await add(101, false, 'ERROR');
    await add(102, true, 'OK');
    await add(103, true, 'ERROR');
    expect(await summarizeSchedules(database, ['2'])).toMatchObject([
      { last: { run: 101 }, lastGoodAtMs: null, lastSimulation: { run: 103, outcome: 'ERROR' }, open: [] },
    ]);
    await add(104, false, 'OK');
    expect(await summarizeSchedules(database, ['2'])).toMatchObject([{ last: { run: 104 }, lastSimulation: null }]);
    await database.pool.query('delete from execution where id > 100');
  });

  test('the last good run is the one that closed last: a long one may be passed by an idle one of a higher number', async () => {
    await database.pool.query(`
      insert into execution (id, namespace, workflow_id, first_run_id, function, schedule_id, interface_id, organizer, trigger, settings,
          ending, closed_at, outcome)
        overriding system value
        select n, 'default', 'g' || n, 'g', 'inject-tickets', 2, 1, 'fc-example', 'OPERATOR', '{}', 'done',
          timestamptz '2026-11-20T10:00:00Z' - (n - 101) * interval '20 seconds', 'OK'
        from generate_series(101, 102) n`);
    expect(await summarizeSchedules(database, ['2'])).toMatchObject([
      { last: { run: 102 }, lastGoodRun: 101, lastGoodAtMs: Date.parse('2026-11-20T10:00:00Z') },
    ]);
    await database.pool.query('delete from execution where id > 100');
  });

  test('the backlog of a run is what is due and not settled by it, at the speed of its last minute, or at none when nothing was settled for 15 s, or it, its interface or its account is paused; a run over named tickets has none', async () => {
    const selection = due();
    expect(await measureBacklog(database, { run: 4, selection })).toEqual({
      tickets: 100,
      perSecond: 0,
      goneAtMs: null,
    });
    await database.pool.query(`
      insert into execution_undelivered (execution_id, position, ticket_id, outcome, code)
        select 4, i, i * 100 + 7, 'REFUSED', 'TOO_LONG' from generate_series(0, 29) i;
      insert into execution_undelivered (execution_id, position, ticket_id, outcome, recorded_at)
        select 4, i, i, 'SIMULATED', now() - interval '2 minutes' from generate_series(101, 106) i`);
    const now = Date.now();
    const backlog = await measureBacklog(database, { run: 4, selection });
    expect(backlog).toMatchObject({ tickets: 70, perSecond: 0.5 });
    expect(Math.abs((backlog?.goneAtMs ?? 0) - now - 140_000)).toBeLessThan(60_000);
    const paused = { tickets: 70, perSecond: 0, goneAtMs: null };
    for (const [pause, resume] of [
      ['update execution set paused_at = now() where id = 4', 'update execution set paused_at = null where id = 4'],
      ['update interface set paused = true', 'update interface set paused = false'],
      [
        `insert into organizer_gate (organizer, paused) values ('fc-example', true)
          on conflict (organizer) do update set paused = true`,
        'update organizer_gate set paused = false',
      ],
    ] as const) {
      await database.pool.query(pause);
      expect(await measureBacklog(database, { run: 4, selection })).toEqual(paused);
      await database.pool.query(resume);
      expect(await measureBacklog(database, { run: 4, selection })).toMatchObject({ tickets: 70, perSecond: 0.5 });
    }
    // Its worker was killed: a speed of the time before would tell when it is done, and nothing moves.
    await database.pool.query(
      `update execution_undelivered set recorded_at = now() - interval '16 seconds' where execution_id = 4 and outcome = 'REFUSED'`,
    );
    expect(await measureBacklog(database, { run: 4, selection })).toEqual(paused);
    for (const overrides of ['{"forced": true}', '{"again": 2}']) {
      await database.pool.query('update execution set overrides = $1 where id = 4', [overrides]);
      expect(await measureBacklog(database, { run: 4, selection })).toBeUndefined();
    }
    await database.pool.query(
      `update execution set overrides = default where id = 4; delete from execution_undelivered where execution_id = 4`,
    );
  });

  test('of runs that Temporal knows, those with an execution are planned', async () => {
    const runs = [
      { workflowId: 'w2', firstRunId: 'r2' },
      { workflowId: 'w2', firstRunId: 'r3' },
      { workflowId: 'w9', firstRunId: 'r9' },
    ];
    expect(await listPlanned(database, 'default', runs)).toEqual(runs.slice(0, 1));
    expect(await listPlanned(database, 'other', runs)).toEqual([]);
    expect(await listPlanned(database, 'default', [])).toEqual([]);
  });

  test('a run is found by number and by workflow, and its tickets are counted and listed in the order of the plan', async () => {
    expect(await findExecution(database, { workflowId: 'w2', firstRunId: 'r2' })).toMatchObject({
      run: 2,
      schedule: 'inject',
      interface: 'fcx',
      message: 'run 2',
    });
    expect(await findExecution(database, { workflowId: 'w2', firstRunId: 'r3' })).toBeUndefined();
    expect(await findExecution(database, { workflowId: 'w2' })).toMatchObject({ run: 2 });
    expect(await findExecution(database, { workflowId: 'w' })).toBeUndefined();
    expect((await listNearExecutions(database, 9)).map(({ run }) => run)).toEqual([4, 3]);
    expect(await countOutcomes(database, 2)).toEqual([
      { outcome: 'DELIVERED', code: null, field: null, tickets: 9_900 },
      { outcome: 'REFUSED', code: 'TOO_LONG', field: 'barcode', tickets: 100 },
    ]);
    const odd = await listOutcomes(database, { run: 2, limit: 3 });
    expect(odd.map(({ ticketNumber }) => ticketNumber)).toEqual(['N7', 'N107', 'N207']);
    const delivered = await listOutcomes(database, { run: 2, limit: 2, outcome: 'DELIVERED' });
    expect(delivered.map(({ position }) => position)).toEqual([0, 1]);
  });

  test('who held a run up is told oldest first, and only that', async () => {
    await recordOperatorAction(database, { who: 'ana', action: 'pause', subject: 'run 4', reason: 'maintenance' });
    await recordOperatorAction(database, { who: 'bob', action: 'resume', subject: 'run 4' });
    await recordOperatorAction(database, { who: 'bob', action: 'skip add', subject: 'run 4' });
    await recordOperatorAction(database, { who: 'bob', action: 'pause', subject: 'run 40' });
    expect(await listOperatorActions(database, ['run 4'])).toMatchObject([
      { subject: 'run 4', action: 'pause', who: 'ana', reason: 'maintenance' },
      { subject: 'run 4', action: 'resume', who: 'bob', reason: null },
    ]);
    expect(await listOperatorActions(database, [])).toEqual([]);
  });

  test('a worker counts as alive by the session that it registered, not by a backend number used again', async () => {
    await database.pool.query(`
      insert into worker (name, backend_pid, backend_start)
        select 'alive', pid, backend_start from pg_stat_activity where backend_type = 'checkpointer';
      insert into worker (name, backend_pid, backend_start)
        select 'number used again', pid, backend_start - interval '1 hour' from pg_stat_activity where backend_type = 'checkpointer';
      insert into worker (name, backend_pid, backend_start) values ('gone', 1, now())`);
    expect((await listLiveWorkers(database)).map(({ name }) => name)).toEqual(['alive']);
  });
});

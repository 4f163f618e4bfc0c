import { toGateDocument, toGateLines, type GateFacts } from '../../cli/output/gates';
import { listHolds } from '../../cli/holds';
import { listGates } from '../../db/queries/operations/list-gates';
import { listSchedules } from '../../db/queries/operations/list-schedules';
import { openOperations, type OperationsDatabase } from '../db/operations-fixture';
import { matching } from '../helpers/command-line';
import { addInterface, addSchedule, seedCatalogue } from '../helpers/engine-seed';

let operations: OperationsDatabase;
const query = (text: string) => operations.database.pool.query(text);

// Three schedules of two interfaces on one account, and one of an account where nothing is open.
beforeAll(async () => {
  operations = await openOperations('gates');
  const { pool } = operations.database;
  const at = { url: 'http://127.0.0.1:9/organizer/tickets', keyFile: '/key' };
  await seedCatalogue(pool, { ...at, organizer: 'fc-example' });
  await query(`
    insert into organization (id, code, name, time_zone) select n, 'FC' || n, 'FC', 'Europe/Zurich' from generate_series(2, 3) n;
    insert into organizer_gate (organizer) values ('fc-other')`);
  await addInterface(pool, { id: 2, name: 'fcy', organization: 2, organizer: 'fc-example', ...at });
  await addInterface(pool, { id: 3, name: 'other', organization: 3, organizer: 'fc-other', ...at });
  await addSchedule(pool, { id: 2, name: 'retrieve', interface: 1, function: 'retrieve-status' });
  await addSchedule(pool, { id: 3, name: 'inject', interface: 2 });
  await addSchedule(pool, { id: 4, name: 'inject', interface: 3 });
  await query(`
    insert into worker (name, backend_pid, backend_start)
      select 'alive', pid, backend_start from pg_stat_activity where backend_type = 'checkpointer'`);
});
beforeEach(() => openRun());
afterEach(() =>
  query(`
    delete from execution;
    update interface set paused = false;
    update organizer_gate set not_before = null, failing_since = null, failing_code = null, probe_at = null, key_refused_at = null, paused = false`),
);
afterAll(() => operations.close());

/** Run 1 of fcx/inject, a minute old; or what it is instead. */
async function openRun(instead: Readonly<Record<string, string>> = {}): Promise<void> {
  const columns = {
    id: '1',
    namespace: "'default'",
    workflow_id: "'w'",
    first_run_id: "'r'",
    function: "'inject-tickets'",
    schedule_id: '1',
    interface_id: '1',
    organizer: "'fc-example'",
    trigger: "'OPERATOR'",
    settings: "'{}'",
    opened_at: "now() - interval '1 minute'",
    ...instead,
  };
  await query(`insert into execution (${Object.keys(columns).join(', ')}) overriding system value
    values (${Object.values(columns).join(', ')})`);
}

async function readFacts(): Promise<readonly GateFacts[]> {
  const schedules = await listSchedules(operations.database);
  const gates = await listGates(operations.database, ['fc-example', 'fc-other']);
  return schedules.map((schedule) => {
    const gate = gates.find(({ organizer }) => organizer === schedule.organizer);
    return gate === undefined ? { schedule } : { schedule, gate };
  });
}

const look = async (): Promise<readonly string[]> => toGateLines(await readFacts());
const lookAtDocuments = async (): Promise<readonly unknown[]> => (await readFacts()).map(toGateDocument);

/** Closes the gates of both accounts as a failed call does: since and until so many seconds from now, asked last so many seconds ago. */
async function closeGate(gate: {
  readonly since?: number;
  readonly until?: number;
  readonly asked?: number;
}): Promise<void> {
  const at = (seconds: number | undefined): string =>
    seconds === undefined ? 'null' : `now() + interval '${String(seconds)} seconds'`;
  await query(`update organizer_gate set not_before = ${at(gate.until)}, failing_since = ${at(gate.since)},
    failing_code = ${gate.since === undefined ? 'null' : "'STATUS_503'"}, probe_at = ${at(gate.asked ?? 0)}`);
}

test.each([
  ['fails', { since: -20, until: -10 }, 'TIXNGO has given no valid answer since'],
  ['fails, and asked for a pause', { since: -20, until: 60 }, 'and asked for a pause until'],
  ['asked for a pause', { until: 60 }, 'TIXNGO asked for a pause until'],
])('a TIXNGO that %s is told once per account, as whoever waits for the run is told', async (_what, gate, words) => {
  await closeGate(gate);
  const [hold] = (await listHolds(operations.database, { workflowId: 'w', firstRunId: 'r' })) ?? [];
  expect(hold?.words).toContain(words);
  expect(await look()).toEqual([`organizer fc-example waits: ${hold?.words ?? ''}`]);
});

test('each schedule of the account tells it in its document, one of an account without an open run nothing', async () => {
  const time = matching(/^2\d{3}-\S+\+0[12]:00$/);
  await closeGate({ since: -20, until: 60 });
  const told = { failing: { since: time, code: 'STATUS_503' }, pausedUntil: time, keyRefusedAt: null };
  expect(await lookAtDocuments()).toEqual([told, told, told, null]);
});

test.each([
  ['an open gate', {}],
  ['a failing of less than 5 s', { since: -1 }],
  ['a pause of less than 5 s', { until: 3 }],
  ['a pause that is over', { until: -1 }],
  ['an outage that ended an earlier run, while nobody has asked again', { since: -90, asked: -61 }],
])('%s is not told', async (_what, gate) => {
  await closeGate(gate);
  expect(await look()).toEqual([]);
  expect(await lookAtDocuments()).toEqual([null, null, null, null]);
});

test('an outage that nobody asks about any more is not told, but a long pause that TIXNGO asked for is waited for', async () => {
  await query(`update execution set opened_at = now() - interval '1 hour'`);
  await closeGate({ since: -1200, asked: -600 });
  expect(await look()).toEqual([]);
  await closeGate({ since: -1200, asked: -600, until: 60 });
  expect(await look()).toEqual([matching(/no valid answer since .*, and asked for a pause until/)]);
});

test.each([
  ['a run that is closed', `update execution set closed_at = now(), ending = 'done', outcome = 'OK'`],
  ['a simulation', 'update execution set simulation = true'],
  ['a file of records', `update execution set function = 'retrieve-status', overrides = '{"upload": 1}'`],
  ['a paused run', 'update execution set paused_at = now()'],
  ['a run of a paused interface', 'update interface set paused = true where id = 1'],
  ['a run of a paused account', 'update organizer_gate set paused = true'],
])('%s does not wait for TIXNGO', async (_what, statement) => {
  await closeGate({ since: -20, until: 60 });
  expect(await look()).toHaveLength(1);
  await query(statement);
  expect(await look()).toEqual([]);
});

test('a read-back obeys the pause alone', async () => {
  await query(`update execution set function = 'retrieve-status'`);
  await closeGate({ since: -20, until: 60 });
  expect(await look()).toEqual([matching(/^organizer fc-example waits: TIXNGO asked for a pause until/)]);
});

test('a key that is refused is told, with what to do, while no run is open too, and until a push has cleared it', async () => {
  await query(
    `delete from execution; update organizer_gate set key_refused_at = '2026-11-20T10:05:00Z' where organizer = 'fc-example'`,
  );
  expect(await look()).toEqual([
    'organizer fc-example: TIXNGO refuses the API key, last at 2026-11-20T11:05:00+01:00; ' +
      'check the key reference of the interface: tixngo test fcx, tixngo test fcy. The next run asks again',
  ]);
  const told = { failing: null, pausedUntil: null, keyRefusedAt: '2026-11-20T11:05:00+01:00' };
  expect(await lookAtDocuments()).toEqual([told, told, told, null]);
  await query('update organizer_gate set key_refused_at = null');
  expect(await look()).toEqual([]);
});

const readBack = { id: '2', workflow_id: "'w2'", function: "'retrieve-status'", opened_at: 'now()' };
const pages = `'{"pages": 1}'::jsonb`;

test.each<[what: string, run: Readonly<Record<string, string>>, told: number]>([
  ['one that has read a page since', { ...readBack, retrieved: pages }, 0],
  ['one that has read nothing yet', readBack, 1],
  ['one of before the refusal', { ...readBack, opened_at: "now() - interval '1 hour'", retrieved: pages }, 1],
  ['one of a file', { ...readBack, overrides: `'{"upload": 1}'`, retrieved: pages }, 1],
  ['one of another account', { ...readBack, organizer: "'fc-other'", retrieved: pages }, 1],
])('a refused key is told until a read-back shows that TIXNGO takes it: %s', async (_what, run, told) => {
  await query(
    `update organizer_gate set key_refused_at = now() - interval '30 seconds' where organizer = 'fc-example'`,
  );
  await openRun(run);
  expect(await look()).toHaveLength(told);
});

import { compareHolds, listHolds, type Hold } from '../../cli/holds';
import { recordOperatorAction } from '../../db/queries/operations/record-operator-action';
import { openOperations, type OperationsDatabase } from '../db/operations-fixture';
import { matching } from '../helpers/command-line';
import { addSchedule, seedCatalogue } from '../helpers/engine-seed';

const runs = { push: 1, simulation: 2, readBack: 3, replay: 4 } as const;
type Run = keyof typeof runs;

let operations: OperationsDatabase;
const query = (text: string) => operations.database.pool.query(text);

beforeAll(async () => {
  operations = await openOperations('holds');
  const url = 'http://127.0.0.1:9/organizer/tickets';
  await seedCatalogue(operations.database.pool, { url, keyFile: '/key', organizer: 'fc-example' });
  await addSchedule(operations.database.pool, { id: 2, name: 'retrieve', interface: 1, function: 'retrieve-status' });
  await query(`
    insert into execution (id, namespace, workflow_id, first_run_id, function, schedule_id, interface_id, organizer, trigger, settings,
        simulation, overrides, opened_at)
      overriding system value
      select n, 'default', 'w' || n, 'r', case when n < 3 then 'inject-tickets' else 'retrieve-status' end, (n + 1) / 2, 1, 'fc-example',
        'OPERATOR', '{}', n = 2, case n when 4 then '{"upload": 1}' else '{}' end::jsonb, now() - interval '1 minute'
      from generate_series(1, 4) n;
    insert into worker (name, backend_pid, backend_start)
      select 'alive', pid, backend_start from pg_stat_activity where backend_type = 'checkpointer'`);
});
afterEach(() =>
  query(`
    update execution set closed_at = null, ending = null, outcome = null, paused_at = null;
    update interface set paused = false;
    update organizer_gate set not_before = null, failing_since = null, failing_code = null, probe_at = null, key_refused_at = null, paused = false;
    delete from operator_action`),
);
afterAll(() => operations.close());

async function look(run: Run): Promise<readonly Hold[] | undefined> {
  return await listHolds(operations.database, { workflowId: `w${String(runs[run])}`, firstRunId: 'r' });
}

async function lookAtWords(run: Run): Promise<readonly string[] | undefined> {
  return (await look(run))?.map(({ words }) => words);
}

const time = '2\\d{3}-\\S+\\+0[12]:00';

test('a run without a hold goes on by itself, and one that is not planned yet waits for a worker alone', async () => {
  expect(await look('push')).toEqual([]);
  await query('update interface set paused = true; update worker set backend_start = now()');
  const unplanned = await listHolds(operations.database, { workflowId: 'w9', firstRunId: 'r' });
  expect(unplanned?.map(({ words }) => words)).toEqual(['no worker runs. One starts with: tixngo worker']);
  await query(
    'update worker w set backend_start = a.backend_start from pg_stat_activity a where a.pid = w.backend_pid',
  );
});

test('of a run that is closed nothing is told any more', async () => {
  await query(`update interface set paused = true; update organizer_gate set paused = true;
    update execution set closed_at = now(), ending = 'done', outcome = 'OK' where id = 1`);
  expect(await look('push')).toBeUndefined();
  expect(await look('readBack')).toHaveLength(1);
});

const interfaceWords = 'interface fcx is paused. It goes on after: tixngo resume --interface fcx';
const organizerWords = 'organizer fc-example is paused. It goes on after: tixngo resume --organizer fc-example';

test.each<[run: Run, what: string, words: readonly string[]]>([
  ['push', 'for both', [interfaceWords, organizerWords]],
  ['simulation', 'for neither, for it makes no call', []],
  ['readBack', 'for its account, and ends when its interface is paused', [organizerWords]],
])('a paused interface and account: a %s waits %s', async (run, _what, words) => {
  await query('update interface set paused = true; update organizer_gate set paused = true');
  expect(await lookAtWords(run)).toEqual(words);
});

test('of a run that was paused in the Temporal UI nobody is named who resumed it before', async () => {
  await query('update execution set paused_at = now() where id = 1');
  const subject = 'run 1';
  await recordOperatorAction(operations.database, { who: 'ana', action: 'pause', subject, reason: 'prices' });
  expect(await lookAtWords('push')).toEqual([
    matching(new RegExp(`^run 1 paused by ana at ${time}: prices\\. It goes on after: tixngo resume 1$`)),
  ]);
  await recordOperatorAction(operations.database, { who: 'ana', action: 'resume', subject });
  expect(await lookAtWords('push')).toEqual(['run 1 is paused. It goes on after: tixngo resume 1']);
});

/** Closes the gate as a failed call does: since and until so many seconds from now. */
async function closeGate(gate: { readonly since?: number; readonly until?: number }): Promise<void> {
  const at = (seconds: number | undefined): string =>
    seconds === undefined ? 'null' : `now() + interval '${String(seconds)} seconds'`;
  await query(`update organizer_gate set not_before = ${at(gate.until)}, failing_since = ${at(gate.since)},
    failing_code = ${gate.since === undefined ? 'null' : "'STATUS_503'"}, probe_at = now()`);
}

const fails = `TIXNGO has given no valid answer since ${time} \\(STATUS_503\\)`;
const pauses = `asked for a pause until ${time}`;

test.each([
  ['fails', { since: -20, until: -10 }, `${fails}\\. It goes on by itself once TIXNGO answers`, 'TIXNGO answers again'],
  [
    'fails with a pause',
    { since: -1, until: 60 },
    `${fails}, and ${pauses}\\. It goes on by itself once TIXNGO answers`,
    'TIXNGO answers again',
  ],
  [
    'asked for a pause and answered another call since',
    { until: 60 },
    `TIXNGO ${pauses}\\. It goes on by itself then`,
    'the pause that TIXNGO asked for is over',
  ],
])('a push waits for a TIXNGO that %s', async (_what, gate, words, over) => {
  await closeGate(gate);
  expect(await look('push')).toMatchObject([{ words: matching(new RegExp(`^${words}$`)), over, isBrief: false }]);
});

test.each([
  ['failing for less than 5 s', { since: -1 }],
  ['a pause of less than 5 s', { until: 3 }],
  ['both', { since: -1, until: 3 }],
])('%s: not told yet, and not gone either', async (_what, gate) => {
  await closeGate(gate);
  expect(await look('push')).toMatchObject([{ isBrief: true }]);
});

test('an outage that ended an earlier run holds up nothing until somebody has asked again', async () => {
  await closeGate({ since: -3600 });
  await query(`update organizer_gate set probe_at = now() - interval '1 hour'`);
  expect(await look('push')).toEqual([]);
  await query(
    `update organizer_gate set probe_at = now(); update execution set opened_at = now() - interval '1 second'`,
  );
  expect(await look('push')).toMatchObject([{ isBrief: true }]);
  await query(`update execution set opened_at = now() - interval '1 minute'`);
});

test('a read-back obeys the pause alone, and neither a simulation nor a file makes a call', async () => {
  await closeGate({ since: -20, until: 60 });
  expect(await lookAtWords('readBack')).toEqual([matching(/^TIXNGO asked for a pause until/)]);
  expect(await look('simulation')).toEqual([]);
  expect(await look('replay')).toEqual([]);
});

test('a key that is refused keeps no run waiting: it ends the open ones', async () => {
  await query('update organizer_gate set key_refused_at = now()');
  expect(await look('push')).toEqual([]);
});

test('a hold is told once while it lasts, and gone once; a brief one is neither, unless it was told before', () => {
  const long = { what: 'TIXNGO fails', words: 'since 10:00' };
  const brief = { what: 'TIXNGO fails', words: 'since 10:05', isBrief: true };
  const other = { what: 'pause of TIXNGO', words: 'until 10:06' };
  expect(compareHolds([], [brief])).toEqual({ gone: [], begun: [], told: [] });
  expect(compareHolds([], [long])).toEqual({ gone: [], begun: [long], told: [long] });
  expect(compareHolds([long], [brief])).toEqual({ gone: [], begun: [], told: [brief] });
  expect(compareHolds([brief], [other])).toEqual({ gone: [brief], begun: [other], told: [other] });
  expect(compareHolds([other], [])).toEqual({ gone: [other], begun: [], told: [] });
});

import { openRun } from '../../helpers/engine-run';
import { expectInvariants } from '../../helpers/engine-invariants';
import { addTickets } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('configuration');
});
beforeEach(async () => {
  await engine.reset();
  await addTickets(engine.database.pool, 1, 4_050);
});
afterAll(() => engine.close());

const changes: readonly (readonly [string, string])[] = [
  ['its schedule is renamed', `update schedule set name = 'other'`],
  ['its schedule is archived', `update schedule set archived_at = now()`],
  ['its interface is renamed', `update interface set name = 'other'`],
  ['its schedule takes less', `update schedule set batch_size = 1`],
  [
    'its schedule becomes a simulation with a force list',
    `update schedule set settings = settings || '{"simulation": true, "force": {"ticketNumbers": ["N1"], "ids": []}}'`,
  ],
  ['its schedule is replaced by another function', `update schedule set function = 'push-cancelled'`],
  [
    'it sends single tickets from now on',
    `update interface set parameters = parameters || '{"ticketIterationSize": 1, "maxOutageMinutes": 1}'`,
  ],
];

test.each(changes)('a run goes on as it opened when %s between two slices', async (_what, change) => {
  const run = openRun(engine);
  expect(await run.plan()).toMatchObject({ tickets: 4_000, last: false });
  await engine.query(change);
  expect(await run.plan()).toMatchObject({ firstBatch: 80, batches: 1, tickets: 50, last: true });
  expect(await run.push({ number: 80, firstBatch: 80, lastBatch: 80 })).toMatchObject({ counts: { delivered: 50 } });
});

test('an attempt that opened the run and lost its answer is repeated with the same plan, though the schedule was renamed', async () => {
  const run = openRun(engine);
  const planned = await run.plan();
  await engine.query(`update schedule set name = 'other'`);
  expect(await run.plan(1)).toEqual(planned);
});

test('tickets are printed by the point of sales that the run opened with', async () => {
  await engine.query(
    `insert into point_of_sales (id, organization_id, sales_channel_code, pos_code, name) values (2, 1, 'WEB', 'W2', 'Other');
     update schedule set batch_size = 100`,
  );
  const run = openRun(engine);
  await run.plan();
  await engine.query(`update schedule set point_of_sales_id = 2`);
  await run.push({ number: 0, firstBatch: 0, lastBatch: 1 });
  expect(await engine.query(`select distinct printed_pos_id from ticket where status = 'PRINTED'`)).toEqual([
    { printed_pos_id: '1' },
  ]);
  await run.close();
  await expectInvariants(engine);
});

test('the limit of calls in flight is that of now', async () => {
  const run = openRun(engine);
  await run.plan();
  await engine.query(`update interface set parallel_calls = 1`);
  await engine.admin.addFault({ kind: 'latency', minMs: 100, maxMs: 100 });
  await Promise.all([0, 1, 2].map((batch) => run.push({ number: batch, firstBatch: batch, lastBatch: batch })));
  expect((await engine.admin.callSummary()).maxInFlight).toBe(1);
});

test('a URL that this worker must not connect to ends the run with what to mend', async () => {
  await engine.query(`update interface set url = 'https://elsewhere.example/organizer/tickets'`);
  const run = openRun(engine);
  await run.plan();
  const failure: unknown = await run.push({ number: 0, firstBatch: 0, lastBatch: 0 }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ type: 'ADDRESS_REFUSED', nonRetryable: true });
  expect(String(failure)).toMatch(/elsewhere\.example:443 is not in the allow-list \(TIXNGO_ALLOWED_HOSTS\)/);
  await run.close('failed');
});

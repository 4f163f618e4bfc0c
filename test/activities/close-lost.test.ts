import { closeLostExecutions } from '../../activities/close-lost';
import { type EngineRun, openRun } from '../helpers/engine-run';
import { addTickets } from '../helpers/engine-seed';
import { type Engine, openEngine } from '../helpers/engine-world';
import { openReading, seedReading } from '../helpers/reading';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('close-lost');
});
beforeEach(() => engine.reset());
afterAll(() => engine.close());

/** A planned run that gave its last sign of life so many seconds ago. */
async function openSilent(seconds: number): Promise<EngineRun> {
  await addTickets(engine.database.pool, 1, 50);
  const run = openRun(engine);
  await run.plan();
  await engine.query(`update execution set last_sign_at = now() - make_interval(secs => ${seconds.toString()})`);
  return run;
}

const closedBy = async (asker: 'operator' | 'worker') => (await closeLostExecutions(engine.worker, asker)).closed;

test('a worker that starts leaves a run alone that its Temporal does not know, for a minute: it may have the address of another one', async () => {
  const run = await openSilent(50);
  engine.runs.delete(run.workflowId);
  expect(await closedBy('worker')).toEqual([]);
  await engine.query(`update execution set last_sign_at = now() - interval '61 seconds'`);
  expect(await closedBy('worker')).toEqual([run.execution()]);
});

test('a run in an outage is not silent: each try of its calls that fails is a sign of life, though none is new or answered', async () => {
  const run = await openSilent(600);
  await engine.query(
    `insert into call (execution_id, batch, number, range_number, key, positions, worker_id, token, announced_at, deadline, counts_until)
     values ($1, 0, 1, 0, 'k', '{0}', 0, 1, now() - interval '10 minutes', now() - interval '9 seconds', now())`,
    [run.execution()],
  );
  engine.runs.delete(run.workflowId);
  expect(await closedBy('worker')).toEqual([]);
  await engine.query(`update call set deadline = now() - interval '61 seconds'`);
  expect(await closedBy('worker')).toEqual([run.execution()]);
});

test('so it does with one whose workflow id has another run there, open or closed: a read-back has a fixed id', async () => {
  const run = await openSilent(0);
  engine.runs.set(run.workflowId, { state: 'open', firstRunId: 'of another server' });
  expect(await closedBy('worker')).toEqual([]);
  engine.runs.set(run.workflowId, { state: 'closed', firstRunId: 'of another server' });
  expect(await closedBy('worker')).toEqual([]);
});

test('what its Temporal knows to have ended it closes at once', async () => {
  const run = await openSilent(0);
  engine.runs.set(run.workflowId, { state: 'closed', firstRunId: run.firstRunId });
  expect(await closedBy('worker')).toEqual([run.execution()]);
});

test('an operator, who has seen that it is lost, waits for no minute', async () => {
  const run = await openSilent(0);
  engine.runs.delete(run.workflowId);
  expect(await closedBy('operator')).toEqual([run.execution()]);
});

test('a run of another namespace is closed by an operator after an hour of silence, never by a worker that starts', async () => {
  const run = await openSilent(3_700);
  await engine.query(`update execution set namespace = 'elsewhere'`);
  expect(await closedBy('worker')).toEqual([]);
  expect(await closedBy('operator')).toEqual([run.execution()]);
});

test.each(['operator', 'worker'] as const)(
  'an open run is not lost for %s because the server does not tell its first run',
  async (asker) => {
    const run = await openSilent(100);
    engine.runs.set(run.workflowId, { state: 'open' });
    expect(await closedBy(asker)).toEqual([]);
  },
);

test('an ending that is on record stands: the outage that a range met is why the run ended, not that its workflow is gone', async () => {
  const run = await openSilent(0);
  await engine.query(`update execution set ending = 'outage', ending_reason = 'no answer'`);
  engine.runs.delete(run.workflowId);
  expect(await closedBy('operator')).toEqual([run.execution()]);
  expect(await engine.query(`select ending, ending_reason, report ->> 'ending' as told from execution`)).toEqual([
    { ending: 'outage', ending_reason: 'no answer', told: 'outage' },
  ]);
  expect(await engine.query(`select distinct outcome, code from ticket_outcome`)).toEqual([
    { outcome: 'NOT_TRIED', code: 'OUTAGE' },
  ]);
});

test('so it does for a read-back', async () => {
  await seedReading(engine, { tickets: 1 });
  const reading = openReading(engine);
  await reading.open();
  await engine.query(`update execution set ending = 'failed', ending_reason = 'TIXNGO refuses the API key'`);
  engine.runs.delete(reading.workflowId);
  expect(await closedBy('operator')).toEqual([reading.execution()]);
  expect(await engine.query(`select ending, ending_reason from execution`)).toEqual([
    { ending: 'failed', ending_reason: 'TIXNGO refuses the API key' },
  ]);
});

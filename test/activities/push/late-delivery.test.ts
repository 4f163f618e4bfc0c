import { openRun, type EngineRun } from '../../helpers/engine-run';
import { addTickets } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';
import { callUnderWay } from '../../helpers/until';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('late-delivery', { callDeadlineMs: 10_000 });
});
beforeEach(() => engine.reset());
afterAll(() => engine.close());

const whole = { number: 0, firstBatch: 0, lastBatch: 0 };

/** A frozen worker has the only call of a run under way; the run is closed meanwhile; then the answer comes. */
async function closeBeforeAnswer(run: EngineRun): Promise<void> {
  await engine.admin.addFault({ kind: 'latency', minMs: 1_500, maxMs: 1_500, count: 1 });
  const frozen = await engine.openWorker();
  await run.plan();
  const late = run.push(whole, { worker: frozen });
  await callUnderWay(engine.admin);
  await run.setState('stopping');
  await expect(run.push(whole)).resolves.toMatchObject({ stopped: 'ending' });
  expect((await run.close('operator')).report).toMatchObject({ outcome: 'ERROR', unknown: 50, delivered: 0 });
  await expect(late).rejects.toThrow('is closed');
}

const stopped: unknown = expect.stringContaining('Stopped by an operator.');
const outcomes = () => engine.query('select outcome from execution order by id');
const mails = () => engine.query('select kind, execution_id::integer as run from outbox order by id');

test('a delivery learnt after the close is in the report at once', async () => {
  await addTickets(engine.database.pool, 1, 50);
  const run = openRun(engine);
  await closeBeforeAnswer(run);
  expect((await run.close('operator')).report).toMatchObject({
    outcome: 'OK',
    ending: 'operator',
    planned: 50,
    delivered: 50,
    unknown: 0,
    message: stopped,
  });
  expect(await outcomes()).toEqual([{ outcome: 'OK' }]);
  expect(await engine.query('select outcome, count(*)::integer from execution_ticket group by 1')).toEqual([
    { outcome: 'DELIVERED', count: 50 },
  ]);
});

test('mails go by what was told at the close: the next good run tells that all is well again', async () => {
  await addTickets(engine.database.pool, 1, 50);
  await closeBeforeAnswer(openRun(engine));
  expect(await mails()).toEqual([{ kind: 'FAILED', run: 1 }]);
  await openRun(engine).toEnd();
  expect(await mails()).toEqual([
    { kind: 'FAILED', run: 1 },
    { kind: 'RECOVERED', run: 2 },
  ]);
});

test('standing refusals of the close stay in the report', async () => {
  await addTickets(engine.database.pool, 1, 50);
  await engine.query(`insert into ticket_outcome (ticket_id, function, execution_id, outcome, code, attempted_at)
    values (60, 'inject-tickets', 99, 'REFUSED', 'OLD', now() + interval '1 hour')`);
  await addTickets(engine.database.pool, 60, 60);
  const run = openRun(engine);
  await closeBeforeAnswer(run);
  expect((await run.close('operator')).report).toMatchObject({ outcome: 'ERROR', delivered: 50, standingRefused: 1 });
});

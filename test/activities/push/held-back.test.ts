import { openRun, retried } from '../../helpers/engine-run';
import { expectInvariants } from '../../helpers/engine-invariants';
import { addClub, addTickets, setParallelCalls } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';
import { callUnderWay, until } from '../../helpers/until';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('held-back');
});
beforeEach(() => engine.reset());
afterAll(() => engine.close());

const whole = { number: 0, firstBatch: 0, lastBatch: 1 };
const pause = (paused: boolean) => engine.query(`update interface set paused = $1 where id = 1`, [paused]);

test('the slots of a paused interface go to the others of its account, and its ranges take slots again when it goes on', async () => {
  await addTickets(engine.database.pool, 1, 100);
  await addClub(engine.database.pool, { id: 2, name: 'two' });
  await setParallelCalls(engine.database.pool, { interface: 1, parallelCalls: 1 });
  await engine.query(`delete from call_slot where n > 1`);
  const run = openRun(engine);
  await run.plan();
  await engine.admin.addFault({ kind: 'latency', minMs: 300, maxMs: 300, count: 1 });
  const pushed = retried(() => run.push(whole));
  await callUnderWay(engine.admin);
  await pause(true);
  // Its call in flight ends, then the only slot is free.
  await until('the slot is free', async () => {
    return (await engine.query(`select from call_slot where until > now()`)).length === 0;
  });
  await engine.query(`insert into ticket select (jsonb_populate_record(t, '{"id": 9000, "organization_id": 2, "ticket_number": "X",
    "barcode": "X", "product_id": 2, "performance_id": null, "status": "NOT_PRINTED", "printed_at": null, "printed_pos_id": null}')).* from ticket t where id = 1`);
  expect(await openRun(engine, { schedule: 'two/inject' }).toEnd()).toMatchObject({ outcome: 'OK', delivered: 1 });
  expect((await engine.admin.callSummary()).calls).toBe(2);
  await pause(false);
  expect(await pushed).toMatchObject({ stopped: 'finished', counts: { delivered: 100 } });
  await run.close();
  await expectInvariants(engine);
});

test('a run that waits for its paused interface can be stopped', async () => {
  await addTickets(engine.database.pool, 1, 100);
  const run = openRun(engine);
  await run.plan();
  await pause(true);
  const pushed = run.push(whole);
  await run.setState('stopping');
  expect(await pushed).toMatchObject({ stopped: 'ending', nextBatch: 0 });
  expect((await run.close('operator')).report).toMatchObject({ notTried: 100 });
});

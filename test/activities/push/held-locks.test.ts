import { disturbed } from '../../helpers/disturbed-worker';
import { expectInvariants } from '../../helpers/engine-invariants';
import { openRun } from '../../helpers/engine-run';
import { addTickets } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';
import { until } from '../../helpers/until';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('held-locks');
});
beforeEach(() => engine.reset());
afterAll(() => engine.close());

const exists = async (what: string) => (await engine.query(`select ${what}`)).length > 0;

test('a lane that waits for a ticket in the hands of somebody lets go of its slot in between, and its answer goes on record afterwards', async () => {
  await addTickets(engine.database.pool, 1, 100);
  const run = openRun(engine);
  await run.plan();
  const holder = await engine.database.pool.connect();
  let isDone = false;
  try {
    await holder.query('begin');
    await holder.query('select from ticket where id = 1 for update');
    const pushed = run.push({ number: 0, firstBatch: 0, lastBatch: 1 });
    await until('the lane waits', () =>
      exists(`from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`),
    );
    await until(
      'its slot can be had',
      () => exists('from call_slot where execution_id is not null for update skip locked'),
      30_000,
    );
    await holder.query('commit');
    isDone = true;
    expect(await pushed).toMatchObject({ stopped: 'finished', counts: { delivered: 100 } });
  } finally {
    holder.release(!isDone);
  }
  expect((await engine.admin.callSummary()).calls).toBe(2);
  await run.close();
  await expectInvariants(engine);
});

test('a renewal that waits is the only one of its lane: it has a connection, and others need theirs; once it is over, the lane renews again', async () => {
  await addTickets(engine.database.pool, 1, 150);
  // Renewals are due every 5 s.
  await engine.admin.addFault({ kind: 'latency', minMs: 4_000, maxMs: 4_000 });
  const run = openRun(engine);
  await run.plan();
  let renewals = 0;
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const renewing = disturbed(engine.worker, 'push-renew-slot', async (send) => {
    renewals += 1;
    await released;
    return send();
  });
  let whileOneWaits = 0;
  const worker = disturbed(renewing, 'push-leave-range', async (send) => {
    whileOneWaits = renewals;
    release();
    await until('it renews again', () => Promise.resolve(renewals > whileOneWaits), 30_000);
    return send();
  });
  expect(await run.push({ number: 0, firstBatch: 0, lastBatch: 2 }, { worker })).toMatchObject({ stopped: 'finished' });
  expect(whileOneWaits).toBe(1);
});

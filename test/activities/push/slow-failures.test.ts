import { expectInvariants } from '../../helpers/engine-invariants';
import { openRun } from '../../helpers/engine-run';
import { addTickets, setParameters } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';
import { until } from '../../helpers/until';

/** Four calls of a lane would take 8 s, and the quick retries between them. */
const ANSWER_MS = 2_000;
const LATE = 3;
let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('slow-failures');
});
beforeEach(() => engine.reset());
afterAll(() => engine.close());

test('F12: also where each 503 takes 2 s, from 5 s after the first call one a second begins in all, of two workers; then all is delivered', async () => {
  await addTickets(engine.database.pool, 1, 600);
  const workers = [engine.worker, await engine.openWorker()];
  let activities = 0;
  const pickWorker = () => workers[activities++ % workers.length] ?? engine.worker;
  await engine.admin.addFault({ kind: 'latency', minMs: ANSWER_MS, maxMs: ANSWER_MS });
  await engine.admin.addFault({ kind: 'status', status: 503 });
  const run = openRun(engine, { pickWorker }).toEnd();
  const listLate = async () => {
    const begun = (await engine.admin.calls()).calls.map(({ at }) => Date.parse(at));
    const first = Math.min(...begun);
    return begun.filter((at) => at >= first + 5_000);
  };
  await until('calls later than 5 s', async () => (await listLate()).length >= LATE);
  const late = await listLate();
  await engine.admin.clearFaults();
  // Seen where calls arrive, on a busy machine at times long after they were let through; without the rule they come within milliseconds.
  expect(Math.max(...late) - Math.min(...late)).toBeGreaterThanOrEqual((late.length - 1) * 500);
  expect(await run).toMatchObject({ outcome: 'OK', delivered: 600 });
  await expectInvariants(engine);
});

test('an outage ends a run of one lane too, whose slow probes follow each other without a wait at the gate', async () => {
  await setParameters(engine.database.pool, { maxOutageMinutes: 0.02 });
  await addTickets(engine.database.pool, 1, 50);
  await engine.admin.addFault({ kind: 'latency', minMs: 1_300, maxMs: 1_300 });
  await engine.admin.addFault({ kind: 'status', status: 503 });
  const report = await openRun(engine).toEnd();
  expect(report).toMatchObject({ outcome: 'ERROR', ending: 'outage', unknown: 50 });
  expect(report.message).toContain('Stopped: TIXNGO gave no valid answer for maxOutageMinutes.');
  await expectInvariants(engine);
});

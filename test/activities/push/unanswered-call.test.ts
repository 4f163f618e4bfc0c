import type { FaultInput } from '../../../sandbox/faults';
import { disturbed } from '../../helpers/disturbed-worker';
import { expectInvariants } from '../../helpers/engine-invariants';
import { openRun } from '../../helpers/engine-run';
import { addTickets, setParameters } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';
import { until } from '../../helpers/until';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('unanswered-call');
});
beforeEach(() => engine.reset());
afterAll(() => engine.close());

/** A call with ticket 60 is answered by this each time, whatever else is in it. */
const refusing = (status: 409 | 500): FaultInput => ({
  kind: 'poison',
  ticketIds: ['60'],
  how: 'call-not-naming',
  status,
});

const countMarks = async () => (await engine.query(`select from processed`)).length;

/** As if calls that are without an answer after a repetition had been so for longer than maxOutageMinutes. */
async function age(): Promise<void> {
  await engine.query(`update call set announced_at = announced_at - interval '11 minutes'
    where answered_at is null and repeats > 0 and announced_at > now() - interval '10 minutes'`);
}

/** Runs with that fault: calls are answered until `marks` tickets are delivered, and then those without an answer grow old until the run ends. */
async function runBeside(fault: FaultInput, marks: number) {
  const id = await engine.admin.addFault(fault);
  const watched = { over: false };
  const run = openRun(engine)
    .toEnd()
    .finally(() => {
      watched.over = true;
    });
  await until('others are delivered', async () => (await countMarks()) >= marks);
  await until('the run has ended', async () => {
    await age();
    return watched.over;
  });
  await engine.admin.clearFaults(id);
  return await run;
}

test('one call without a valid answer for maxOutageMinutes ends its run though others are answered; the next run begins with its tickets', async () => {
  await addTickets(engine.database.pool, 1, 200);
  const report = await runBeside(refusing(500), 150);
  expect(report).toMatchObject({ outcome: 'ERROR', ending: 'outage', delivered: 150, unknown: 50, notTried: 0 });
  expect(report.message).toContain('no valid answer to one call for maxOutageMinutes (at last STATUS_500)');
  await expectInvariants(engine);
  await addTickets(engine.database.pool, 201, 250);
  const next = await openRun(engine).toEnd();
  expect(next).toMatchObject({ outcome: 'OK', planned: 100, delivered: 100 });
  const first = `select from execution_batch where execution_id = $1 and batch = 0 and 60 = any (ticket_ids)`;
  expect(await engine.query(first, [next.execution])).toHaveLength(1);
  await expectInvariants(engine);
});

test('a 409 that names nobody for maxOutageMinutes refuses its call, which is narrowed down; the run goes on to its end', async () => {
  await setParameters(engine.database.pool, { ticketIterationSize: 4 });
  await addTickets(engine.database.pool, 1, 154);
  const report = await runBeside(refusing(409), 50);
  expect(report).toMatchObject({ outcome: 'ERROR', ending: 'done', delivered: 153, refused: 1, unknown: 0 });
  expect(await engine.query(`select ticket_id, outcome, code from ticket_outcome`)).toEqual([
    { ticket_id: '60', outcome: 'REFUSED', code: 'CONTENT_REFUSED' },
  ]);
  await expectInvariants(engine);
});

test('a call that another range repeats meanwhile is not made beside it: its answer is waited for, and taken', async () => {
  await addTickets(engine.database.pool, 1, 50);
  const run = openRun(engine);
  await run.plan();
  await engine.query(
    `insert into call (execution_id, batch, number, range_number, key, positions, worker_id, token, deadline)
     select $1, 0, 1, 0, 'k', array(select generate_series(0, 49)), 0, 0, now()`,
    [run.execution()],
  );
  const other = await engine.openWorker();
  let isRepeated = false;
  const beside = disturbed(engine.worker, 'push-record-and-announce', async (send) => {
    if (isRepeated) return send();
    isRepeated = true;
    await engine.query(
      `update call set range_number = 7, worker_id = $1, repeats = 1, deadline = now() + interval '1 minute'`,
      [other.session.id()],
    );
    return send();
  });
  let looks = 0;
  const worker = disturbed(beside, 'push-load-plan', async (send) => {
    if (isRepeated) looks += 1;
    // The lane has found it under way, and looks again.
    if (looks === 2) await engine.query('update call set answered_at = now(), delivered = positions');
    return send();
  });
  expect(await run.push({ number: 0, firstBatch: 0, lastBatch: 0 }, { worker })).toMatchObject({
    stopped: 'finished',
    counts: { delivered: 50 },
  });
  expect((await engine.admin.callSummary()).calls).toBe(0);
});

describe('a run of one call, all of whose time has passed when it is made again', () => {
  /** As if the call were 11 minutes old when it has been sent `times` times, and what it was answered had been so since then. */
  const agedAfter = (times: number) =>
    disturbed(engine.worker, 'push-record-and-announce', async (send) => {
      await engine.query(
        `update call set announced_at = announced_at - interval '11 minutes'
         where answered_at is null and repeats = $1::integer - 1 and announced_at > now() - interval '10 minutes'`,
        [times],
      );
      return await send();
    });
  const runAged = (times: number) => openRun(engine, { pickWorker: () => agedAfter(times) }).toEnd();
  beforeEach(() => addTickets(engine.database.pool, 1, 50));

  test('ends when it is answered by 503 with Retry-After again: pauses that TIXNGO asks for count', async () => {
    await engine.admin.addFault({ kind: 'status', status: 503, retryAfter: '1' });
    const report = await runAged(1);
    expect(report).toMatchObject({ outcome: 'ERROR', ending: 'outage', unknown: 50 });
    expect(report.message).toContain('no valid answer to one call for maxOutageMinutes (at last STATUS_503)');
    expect((await engine.admin.callSummary()).calls).toBe(2);
    // The wait after the last one would count for the pause and 2 minutes.
    expect(await engine.query(`select counts_until - deadline = '121 seconds' as counted from call`)).toEqual([
      { counted: true },
    ]);
    await expectInvariants(engine);
  });

  test('goes on when it is answered by 409 then: a sending that was answered by 503 is worked on since', async () => {
    // The quick retries, and one more.
    await engine.admin.addFault({ kind: 'status', status: 503, count: 5 });
    await engine.admin.addFault({ kind: 'status', status: 409, count: 2 });
    expect(await runAged(5)).toMatchObject({ outcome: 'OK', delivered: 50 });
    expect(await engine.query(`select number, repeats, refusal_code from call`)).toEqual([
      { number: 1, repeats: 7, refusal_code: null },
    ]);
    await expectInvariants(engine);
  });

  test.each([
    [409, {}],
    [429, { retryAfter: '0' }],
  ] as const)(
    'goes on when a stale connection loses a sending between its 409s, the second one of which is answered by %i: TIXNGO may have taken the first',
    async (status, said) => {
      await engine.admin.addFault({ kind: 'status', status: 409, count: 4 });
      await engine.admin.addFault({ kind: 'drop', at: 'after', kept: true, count: 1 });
      await engine.admin.addFault({ kind: 'status', status, ...said, count: 1 });
      await engine.admin.addFault({ kind: 'status', status: 409, count: 2 });
      expect(await runAged(4)).toMatchObject({ outcome: 'OK', delivered: 50 });
      expect(await engine.query(`select number, repeats, refusal_code from call`)).toEqual([
        { number: 1, repeats: 7, refusal_code: null },
      ]);
      await expectInvariants(engine);
    },
  );
});

test('429s for longer than maxOutageMinutes do not end a run by one call, nor does a failure that follows them', async () => {
  await addTickets(engine.database.pool, 1, 50);
  // Each is waited for a second; then the quick retries, and one more.
  await engine.admin.addFault({ kind: 'status', status: 429, retryAfter: '1', count: 8 });
  await engine.admin.addFault({ kind: 'status', status: 503, count: 5 });
  const worker = disturbed(engine.worker, 'push-record-and-announce', async (send) => {
    // As if each wait had taken 100 s.
    await engine.query(`update call set announced_at = announced_at - interval '100 seconds',
      deadline = deadline - interval '100 seconds', counts_until = counts_until - interval '100 seconds'
      where repeats < 8 and deadline <= now()`);
    return await send();
  });
  const run = openRun(engine, { pickWorker: () => worker });
  expect(await run.toEnd()).toMatchObject({ outcome: 'OK', delivered: 50 });
  expect(await engine.query(`select number, repeats from call`)).toEqual([{ number: 1, repeats: 13 }]);
  await expectInvariants(engine);
});

import { openRun } from '../../helpers/engine-run';
import { expectInvariants } from '../../helpers/engine-invariants';
import { addTickets, setParameters } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';
import { until } from '../../helpers/until';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('gate', { callDeadlineMs: 400 });
});
beforeEach(() => engine.reset());
afterAll(() => engine.close());

const gate = async () => {
  const [row] = await engine.query<{ open: boolean }>(
    `select failing_since is null and key_refused_at is null and coalesce(not_before <= now(), true) as open from organizer_gate`,
  );
  return row;
};

describe('429 with Retry-After (F11)', () => {
  test('no call begins before the time that was asked for; then all are delivered', async () => {
    await addTickets(engine.database.pool, 1, 500);
    await engine.admin.addFault({ kind: 'status', status: 429, retryAfter: '2', count: 1 });
    expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'OK', delivered: 500 });
    const { calls } = await engine.admin.calls();
    const refused = calls.find(({ status }) => status === 429);
    if (refused === undefined) throw new Error('no call met the fault');
    const pauseEnds = Date.parse(refused.at) + 2_000;
    // What was in flight at that moment was begun before: at most one call per lane.
    const during = calls.filter(({ at, number }) => number > refused.number && Date.parse(at) < pauseEnds - 50);
    expect(during.length).toBeLessThanOrEqual(3);
    await expectInvariants(engine);
  });

  test('an absurd value is capped at maxOutageMinutes, and the run ends as an outage', async () => {
    await setParameters(engine.database.pool, { maxOutageMinutes: 0.02 });
    await addTickets(engine.database.pool, 1, 100);
    await engine.admin.addFault({ kind: 'status', status: 429, retryAfter: '99999999' });
    expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'ERROR', ending: 'outage', delivered: 0 });
    await expectInvariants(engine);
  });
});

test('pauses asked for again and again count as an outage, also when each is too long to wait for in one attempt', async () => {
  await setParameters(engine.database.pool, { maxOutageMinutes: 1 });
  await addTickets(engine.database.pool, 1, 50);
  await engine.admin.addFault({ kind: 'status', status: 429, retryAfter: '30' });
  const run = openRun(engine);
  await run.plan();
  const range = { number: 0, firstBatch: 0, lastBatch: 0 };
  await expect(run.push(range)).rejects.toMatchObject({ type: 'WAITING', nonRetryable: false });
  await engine.query(`update organizer_gate set failing_since = failing_since - interval '2 minutes'`);
  await engine.query(`update execution set opened_at = opened_at - interval '2 minutes'`);
  expect(await run.push(range)).toMatchObject({ stopped: 'ending' });
  expect((await run.close()).report).toMatchObject({ ending: 'outage', unknown: 50 });
  expect((await engine.admin.callSummary()).calls).toBe(1);
});

describe('everything fails (F12)', () => {
  test.each([
    ['503', { kind: 'status', status: 503 }],
    ['connections reset', { kind: 'drop', at: 'before' }],
  ] as const)('%s, then healed: few calls meanwhile, everything delivered afterwards', async (_what, fault) => {
    await addTickets(engine.database.pool, 1, 600);
    const id = await engine.admin.addFault(fault);
    const run = openRun(engine).toEnd();
    await until('the gate is closed', async () => (await gate())?.open === false);
    const before = await engine.admin.calls();
    await until('four probes', async () => (await engine.admin.calls()).calls.length >= before.calls.length + 4);
    const { calls } = await engine.admin.calls();
    await engine.admin.clearFaults(id);
    expect(await run).toMatchObject({ outcome: 'OK', delivered: 600 });
    // Quick retries of four lanes at first; from then on one probe a second in all.
    const [first, last] = [calls.at(-3), calls.at(-1)];
    expect(Date.parse(last?.at ?? '') - Date.parse(first?.at ?? '')).toBeGreaterThanOrEqual(1_800);
    expect(await gate()).toEqual({ open: true });
    await expectInvariants(engine);
  });

  test('longer than maxOutageMinutes: NOT_TRIED, in error, with a mail; nothing marked; the next run takes all', async () => {
    await setParameters(engine.database.pool, { maxOutageMinutes: 0.02 });
    await addTickets(engine.database.pool, 1, 600);
    const id = await engine.admin.addFault({ kind: 'status', status: 503 });
    const report = await openRun(engine).toEnd();
    expect(report).toMatchObject({ outcome: 'ERROR', ending: 'outage', delivered: 0 });
    // A call whose answer was no valid one may have been acted on.
    expect(report.unknown + report.notTried).toBe(600);
    expect(report.unknown).toBeLessThanOrEqual(200);
    expect(await engine.query(`select kind from outbox`)).toEqual([{ kind: 'FAILED' }]);
    expect(await engine.query(`select from processed`)).toEqual([]);
    await expectInvariants(engine);
    await engine.admin.clearFaults(id);
    expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'OK', planned: 600, delivered: 600 });
    expect(await engine.query(`select kind from outbox order by id`)).toEqual([
      { kind: 'FAILED' },
      { kind: 'RECOVERED' },
    ]);
    await expectInvariants(engine);
  });
});

describe('the key is refused (F17)', () => {
  test.each([401, 403])(
    '%i: at most the calls in flight, one mail, nothing wrongly marked; works again with the file renewed',
    async (status) => {
      await addTickets(engine.database.pool, 1, 800);
      const id = await engine.admin.addFault({ kind: 'status', status });
      const report = await openRun(engine).toEnd();
      expect(report).toMatchObject({ outcome: 'ERROR', ending: 'failed', delivered: 0 });
      expect(report.message).toContain('TIXNGO refuses the API key; check the key reference of the interface');
      expect((await engine.admin.callSummary()).calls).toBeLessThanOrEqual(4);
      expect(await engine.query(`select kind from outbox`)).toEqual([{ kind: 'FAILED' }]);
      await expectInvariants(engine);
      // The next run's first call is the probe, and a valid answer clears the gate.
      await engine.admin.clearFaults(id);
      expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'OK', planned: 800, delivered: 800 });
      expect(await gate()).toEqual({ open: true });
      await expectInvariants(engine);
    },
  );

  test('a later run with the key still refused makes one call: the probe', async () => {
    await addTickets(engine.database.pool, 1, 800);
    await engine.admin.addFault({ kind: 'status', status: 401 });
    await openRun(engine).toEnd();
    await until(
      'a probe is due',
      async () => (await engine.query(`select from organizer_gate where probe_at <= now()`)).length === 1,
    );
    await engine.admin.clearCalls();
    expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'ERROR', ending: 'failed' });
    expect((await engine.admin.callSummary()).calls).toBe(1);
    // Standing error for the same reason: no second mail on the same day.
    expect(await engine.query(`select kind from outbox`)).toEqual([{ kind: 'FAILED' }]);
  });

  test('the same reason is told once, whether or not a run had a call under way when it was ended', async () => {
    await addTickets(engine.database.pool, 1, 800);
    await engine.admin.addFault({ kind: 'status', status: 401 });
    expect(await openRun(engine).toEnd()).toMatchObject({ ending: 'failed' });
    expect(await engine.query(`select from ticket_outcome where outcome = 'UNKNOWN' limit 1`)).toHaveLength(1);
    const run = openRun(engine);
    await run.plan();
    // As the probe of another run does to those that are open beside it (db/queries/push/close-gate.ts).
    await engine.query(
      `update execution set ending = 'failed', ending_reason = 'TIXNGO refuses the API key' where closed_at is null`,
    );
    expect((await run.close()).report).toMatchObject({ ending: 'failed', unknown: 0, notTried: 800 });
    expect(await engine.query(`select kind from outbox`)).toEqual([{ kind: 'FAILED' }]);
  });

  test('a key renewed in its file is used at once, in the same run', async () => {
    await addTickets(engine.database.pool, 1, 200);
    engine.writeKey('old-key');
    const run = openRun(engine);
    const slice = await run.plan();
    const { worker } = engine;
    let reads = 0;
    const openTixngo: typeof worker.openTixngo = (connection) => {
      reads += 1;
      const client = worker.openTixngo(connection);
      // From the first reading on the file holds the right key.
      engine.writeKey('key-of-the-club');
      return client;
    };
    const range = { number: 0, firstBatch: 0, lastBatch: slice.batches - 1 };
    const result = await run.push(range, { worker: { ...worker, openTixngo } });
    expect({ reads, ...result }).toMatchObject({ reads: 2, stopped: 'finished', counts: { delivered: 200 } });
    expect((await run.close()).report).toMatchObject({ outcome: 'OK' });
  });
});

/** Resolves when the condition holds; the test's own time-out ends it otherwise. */

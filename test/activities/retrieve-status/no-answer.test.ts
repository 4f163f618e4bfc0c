import { type Engine, openEngine } from '../../helpers/engine-world';
import { expectAllRead, fetchedAgain, openReading, removeTickets, seedReading, strike } from '../../helpers/reading';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('retrieve-no-answer', { callDeadlineMs: 400 });
});
afterEach(() => engine.reset());
afterAll(() => engine.close());

describe('no valid answer', () => {
  test.each([
    [{ kind: 'status', status: 503 }, 'TIXNGO_UNAVAILABLE'],
    [{ kind: 'answer', how: 'truncated' }, 'TIXNGO_UNAVAILABLE'],
    [{ kind: 'answer', how: 'drip' }, 'TIXNGO_UNAVAILABLE'],
    [{ kind: 'drop', at: 'middle' }, 'TIXNGO_UNAVAILABLE'],
    [{ kind: 'status', status: 429, retryAfter: '7' }, 'TIXNGO_PAUSED'],
  ] as const)('%j fails the attempt, to be tried again; the gate of the account is left alone', async (fault, type) => {
    await seedReading(engine, { tickets: 10, records: 20, split: 10 });
    await strike(engine, fault);
    const reading = openReading(engine);
    await reading.open();
    await expect(reading.pages()).rejects.toMatchObject({ type, nonRetryable: false });
    if (type === 'TIXNGO_PAUSED') {
      await expect(reading.pages()).rejects.toMatchObject({ type });
      expect((await engine.admin.calls('diffTickets')).calls).toHaveLength(1);
    }
    const [gate] = await engine.query('select key_refused_at, not_before, failing_since from organizer_gate');
    expect(gate).toEqual({ key_refused_at: null, not_before: null, failing_since: null });
    await engine.admin.clearFaults();
    engine.worker.forget();
    await expect(reading.pages()).resolves.toMatchObject({ stopped: 'done' });
    await expectAllRead(engine);
  });

  test.each([
    [{ kind: 'status', status: 401 }, 'check the key reference of the interface'],
    [{ kind: 'status', status: 404 }, 'does not keep the contract'],
    [{ kind: 'answer', how: 'other-shape' }, 'does not keep the contract'],
    [{ kind: 'redirect', location: '/elsewhere' }, 'does not keep the contract'],
  ] as const)('%j ends the run in error at once', async (fault, words) => {
    await seedReading(engine, { tickets: 10, records: 20, split: 10 });
    await strike(engine, fault);
    const report = await openReading(engine).toEnd();
    expect(report).toMatchObject({ outcome: 'ERROR', ending: 'failed', pages: 0 });
    expect(report.message).toContain(words);
    expect(report.message).toMatch(/Nothing was read\.$/);
    expect((await engine.admin.calls('diffTickets')).calls).toHaveLength(1);
    const [mail] = await engine.query('select kind, body from outbox');
    expect(mail).toMatchObject({ kind: 'FAILED' });
  });

  test('the same cause at another record is told by no second mail, another cause is', async () => {
    await seedReading(engine, {
      tickets: 10,
      records: 20,
      split: 20,
      parameters: { continueInCaseOfSyncError: false },
    });
    const kinds = async () => {
      await openReading(engine).toEnd();
      return (await engine.query<{ kind: string }>('select kind from outbox order by id')).map(({ kind }) => kind);
    };
    await removeTickets(engine, 10);
    expect(await kinds()).toEqual(['FAILED']);
    await removeTickets(engine, 2);
    expect(await kinds()).toEqual(['FAILED']);
    const causes = await engine.query<{ reason: string }>('select ending_reason as reason from execution order by id');
    expect(new Set(causes.map(({ reason }) => /change \d+ of ticket \d+/.exec(reason)?.[0])).size).toBe(2);
    await strike(engine, { kind: 'status', status: 404 });
    expect(await kinds()).toEqual(['FAILED', 'REASON_CHANGED']);
    await engine.admin.clearFaults();
    await strike(engine, { kind: 'status', status: 405 });
    expect(await kinds()).toEqual(['FAILED', 'REASON_CHANGED', 'REASON_CHANGED']);
  });

  test('a pause that a push was told holds for the reading back too', async () => {
    await seedReading(engine, { tickets: 10, records: 20, split: 10 });
    await engine.query(`update organizer_gate set not_before = now() + interval '1 hour'`);
    const reading = openReading(engine);
    await reading.open();
    await expect(reading.pages()).rejects.toMatchObject({ type: 'TIXNGO_PAUSED' });
    expect((await engine.admin.calls('diffTickets')).calls).toHaveLength(0);
  });
});

test('L3: a fault costs at most two pages that are fetched again', async () => {
  await seedReading(engine, { tickets: 40, records: 400, split: 20 });
  await strike(engine, { kind: 'status', status: 503, count: 4 });
  const reading = openReading(engine);
  await reading.open();
  await expect(reading.pages()).rejects.toMatchObject({ type: 'TIXNGO_UNAVAILABLE' });
  await expect(reading.pages()).resolves.toMatchObject({ stopped: 'done' });
  // The four that failed told nothing.
  expect((await fetchedAgain(engine)) - 4).toBeLessThanOrEqual(2);
  await expectAllRead(engine);
});

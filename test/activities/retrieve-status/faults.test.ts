import type { FaultInput } from '../../../sandbox/faults';
import { type Engine, openEngine } from '../../helpers/engine-world';
import { addTickets } from '../../helpers/engine-seed';
import { failureOf } from '../../tixngo/fixture';
import {
  cursorOf,
  expectAllRead,
  fetchedAgain,
  openReading,
  readEverything,
  removeTickets,
  seedReading,
} from '../../helpers/reading';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('retrieve-faults', { callDeadlineMs: 400 });
});
afterEach(() => engine.reset());
afterAll(() => engine.close());

const strike = (fault: FaultInput) => engine.admin.addFault({ operation: 'diffTickets', ...fault });

describe('F21: pages without progress', () => {
  test.each(['key-stuck', 'key-back', 'key-empty', 'endless'] as const)(
    '%s: stops after three pages in a row, naming the key; what was told is applied, and the next run goes on',
    async (how) => {
      await seedReading(engine, { tickets: 40, records: 400, split: 50, batchSize: 150 });
      await openReading(engine).toEnd();
      const cursor = await cursorOf(engine);
      await engine.query('update schedule set batch_size = null');
      await strike({ kind: 'page', how });
      const report = await openReading(engine).toEnd();
      expect(report).toMatchObject({ outcome: 'ERROR', ending: 'failed' });
      expect(report.message).toContain('3 pages in a row without progress');
      expect(report.pages).toBe(3);
      if (how !== 'endless') {
        expect(report.message).toContain(cursor);
        expect(await cursorOf(engine)).toBe(cursor);
      }
      await engine.admin.clearFaults();
      await expect(openReading(engine).toEnd()).resolves.toMatchObject({ ending: 'done' });
      await expectAllRead(engine);
    },
  );

  test('a key of an earlier run is known as one by another worker, too, and no more once the account is read from the beginning', async () => {
    await seedReading(engine, { tickets: 40, records: 400, split: 50, batchSize: 150 });
    await openReading(engine).toEnd();
    await engine.query('update schedule set batch_size = null');
    await strike({ kind: 'page', how: 'key-back', count: 3 });
    const reading = openReading(engine);
    await reading.open();
    const worker = await engine.openWorker();
    await expect(reading.pages({ worker })).resolves.toMatchObject({ stopped: 'ending', counts: { pages: 3 } });
    await reading.close();
    const resync = await openReading(engine, { fullResync: true }).toEnd();
    expect(resync).toMatchObject({ outcome: 'OK', records: 400, pages: 8 });
    await expectAllRead(engine);
  });

  test('a key that was never asked for may lead back: once TIXNGO is well, the next runs come by at known keys to the end', async () => {
    await seedReading(engine, { tickets: 40, records: 400, split: 50, batchSize: 120 });
    await openReading(engine).toEnd();
    await openReading(engine).toEnd();
    await engine.query('update schedule set batch_size = null');
    await strike({ kind: 'page', how: 'key-back', count: 2 });
    await expect(openReading(engine).toEnd()).resolves.toMatchObject({ outcome: 'ERROR' });
    await expect(openReading(engine).toEnd()).resolves.toMatchObject({ outcome: 'OK' });
    await expect(openReading(engine).toEnd()).resolves.toMatchObject({ outcome: 'OK', records: 0 });
    await expectAllRead(engine);
  });

  test('a page that comes twice does no harm: the run goes on', async () => {
    await seedReading(engine, { tickets: 40, records: 400, split: 50 });
    await strike({ kind: 'page', how: 'repeated', count: 1 });
    await expect(openReading(engine).toEnd()).resolves.toMatchObject({ outcome: 'OK', applied: 400 });
    await expectAllRead(engine);
  });

  test('pages without progress are counted over activities', async () => {
    await seedReading(engine, { tickets: 40, records: 400, split: 50 });
    await strike({ kind: 'page', how: 'key-stuck' });
    const reading = openReading(engine);
    await reading.open();
    const cancelled = reading.pages({
      onStart: (cancel) => {
        cancel();
      },
    });
    await expect(cancelled).resolves.toMatchObject({ stopped: 'yielded', withoutProgress: 0 });
    await expect(reading.pages()).resolves.toMatchObject({ stopped: 'ending', withoutProgress: 3 });
  });
});

describe('F22: older after newer', () => {
  test.each(['late', 'reversed'] as const)('%s: the newest wins, within pages and across them', async (how) => {
    await seedReading(engine, { tickets: 30, records: 300, split: 40 });
    const straight = await openReading(engine).toEnd();
    const wanted = await readEverything(engine);
    await engine.reset();
    await seedReading(engine, { tickets: 30, records: 300, split: 40 });
    await strike({ kind: 'page', how });
    const report = await openReading(engine).toEnd();
    expect(straight).toMatchObject({ applied: 300, older: 0 });
    expect(report.applied + report.older).toBe(300);
    expect(report.older).toBeGreaterThan(0);
    await expectAllRead(engine);
    expect(strip(await readEverything(engine))).toEqual(strip(wanted));
  });
});

/** Two seasons of the same records differ in the moment from which they count their times. */
function strip(everything: unknown): unknown {
  return JSON.parse(
    JSON.stringify(everything, (name, value: unknown) =>
      name === 'changed_at' || name === 'changedAt' || name === 'time' || name === 'record' || name === 'activation'
        ? undefined
        : value,
    ),
  );
}

describe('F23: records that break the contract', () => {
  test.each([
    ['unknown-status', 'UNKNOWN_STATUS'],
    ['missing-field', 'INVALID'],
    ['wrong-type', 'INVALID'],
    ['huge-details', 'TOO_LARGE'],
    ['birth-date', 'INVALID'],
    ['unknown-ticket', 'UNKNOWN_TICKET'],
    ['odd-ticket', 'UNKNOWN_TICKET'],
  ] as const)('%s is put aside as %s, the others are applied', async (how, reason) => {
    await seedReading(engine, { tickets: 50, records: 300, split: 300 });
    await strike({ kind: 'records', how });
    const report = await openReading(engine).toEnd();
    expect(report).toMatchObject({ outcome: 'WARNING', records: 300, applied: 299, putAside: 1 });
    expect(report.message).toContain('tixngo put-aside list');
    const rows = await engine.query('select reason from put_aside where applied_at is null');
    expect(rows).toEqual([{ reason }]);
  });

  test.each(['extra-field', 'odd-characters'] as const)('%s is applied', async (how) => {
    await seedReading(engine, { tickets: 50, records: 300, split: 300 });
    await strike({ kind: 'records', how });
    await expect(openReading(engine).toEnd()).resolves.toMatchObject({ outcome: 'OK', applied: 300 });
    await expectAllRead(engine);
  });

  test('20 of a page and more than 5 %: the run stops, the page is not applied, the cursor does not move', async () => {
    await seedReading(engine, { tickets: 50, records: 600, split: 300, batchSize: 300 });
    await openReading(engine).toEnd();
    const [cursor, before] = [await cursorOf(engine), await readEverything(engine)];
    await strike({ kind: 'records', how: 'wrong-type', most: 20 });
    const report = await openReading(engine).toEnd();
    expect(report).toMatchObject({ outcome: 'ERROR', ending: 'failed', records: 0 });
    expect(report.message).toContain('20 of 300 records');
    expect(await cursorOf(engine)).toBe(cursor);
    expect(await readEverything(engine)).toEqual(before);
  });

  test.each(['unknown-ticket', 'unknown-status'] as const)('%s never counts', async (how) => {
    await seedReading(engine, { tickets: 50, records: 300, split: 300 });
    await strike({ kind: 'records', how, most: 200 });
    await expect(openReading(engine).toEnd()).resolves.toMatchObject({ outcome: 'WARNING', putAside: 200 });
  });

  test('doContinueInCaseOfSyncError=false: the run stops before the page of the first such record', async () => {
    const parameters = { continueInCaseOfSyncError: false };
    await seedReading(engine, { tickets: 50, records: 300, split: 100, parameters });
    await removeTickets(engine, 50);
    const report = await openReading(engine).toEnd();
    expect(report).toMatchObject({ outcome: 'ERROR', ending: 'failed', putAside: 0 });
    expect(report.message).toMatch(/change \d+ of ticket 50: UNKNOWN_TICKET.* The cursor stays before its page\./);
    expect(await engine.query('select from put_aside')).toHaveLength(0);
    const cursor = await cursorOf(engine);
    await addTickets(engine.database.pool, 50, 50);
    await openReading(engine).toEnd();
    await expectAllRead(engine);
    expect(await cursorOf(engine)).not.toBe(cursor);
  });
});

describe('F24: the key is not known any more', () => {
  test.each([400, 410] as const)(
    '%i: the run ends in error and offers the resync; that changes nothing',
    async (status) => {
      await seedReading(engine, { tickets: 20, records: 100, split: 50 });
      await openReading(engine).toEnd();
      const before = await readEverything(engine);
      await strike({ kind: 'expired-key', status });
      const report = await openReading(engine).toEnd();
      expect(report).toMatchObject({ outcome: 'ERROR', ending: 'failed' });
      expect(report.message).toContain('tixngo run fcx/read --full-resync');
      expect(report.message).toContain(await cursorOf(engine));
      await engine.admin.clearFaults();
      const resync = await openReading(engine, { fullResync: true }).toEnd();
      expect(resync).toMatchObject({ outcome: 'OK', records: 100, repeated: 100, applied: 0 });
      expect(await readEverything(engine)).toEqual(before);
    },
  );

  test('a cursor is moved only by whoever names the key that stands there', async () => {
    await seedReading(engine, { tickets: 20, records: 100, split: 50, batchSize: 50 });
    await openReading(engine).toEnd();
    const cursor = await cursorOf(engine);
    const slip = openReading(engine, { cursor: '', confirmCursor: 'another' });
    const refused = await failureOf(slip.toEnd());
    expect(refused).toMatchObject({ type: 'CURSOR_MOVED' });
    expect(refused).toHaveProperty('message', expect.stringContaining(cursor));
    expect(await engine.query('select from execution where first_run_id = $1', [slip.firstRunId])).toHaveLength(0);
    const moved = await openReading(engine, { cursor: '', confirmCursor: cursor }).toEnd();
    expect(moved).toMatchObject({ repeated: 50 });
    expect(await cursorOf(engine)).toBe(cursor);
  });
});

describe('no valid answer', () => {
  test.each([
    [{ kind: 'status', status: 503 }, 'TIXNGO_UNAVAILABLE'],
    [{ kind: 'answer', how: 'truncated' }, 'TIXNGO_UNAVAILABLE'],
    [{ kind: 'answer', how: 'drip' }, 'TIXNGO_UNAVAILABLE'],
    [{ kind: 'drop', at: 'middle' }, 'TIXNGO_UNAVAILABLE'],
    [{ kind: 'status', status: 429, retryAfter: '7' }, 'TIXNGO_PAUSED'],
  ] as const)('%j fails the attempt, to be tried again; the gate of the account is left alone', async (fault, type) => {
    await seedReading(engine, { tickets: 10, records: 20, split: 10 });
    await strike(fault);
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
    await strike(fault);
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
    await strike({ kind: 'status', status: 404 });
    expect(await kinds()).toEqual(['FAILED', 'REASON_CHANGED']);
    await engine.admin.clearFaults();
    await strike({ kind: 'status', status: 405 });
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
  await strike({ kind: 'status', status: 503, count: 4 });
  const reading = openReading(engine);
  await reading.open();
  await expect(reading.pages()).rejects.toMatchObject({ type: 'TIXNGO_UNAVAILABLE' });
  await expect(reading.pages()).resolves.toMatchObject({ stopped: 'done' });
  // The four that failed told nothing.
  expect((await fetchedAgain(engine)) - 4).toBeLessThanOrEqual(2);
  await expectAllRead(engine);
});

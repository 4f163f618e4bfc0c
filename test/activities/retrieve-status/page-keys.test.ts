import { type Engine, openEngine } from '../../helpers/engine-world';
import { cursorOf, expectAllRead, openReading, readEverything, seedReading, strike } from '../../helpers/reading';
import { failureOf } from '../../tixngo/fixture';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('retrieve-page-keys', { callDeadlineMs: 400 });
});
afterEach(() => engine.reset());
afterAll(() => engine.close());

describe('F21: pages without progress', () => {
  test.each(['key-stuck', 'key-back', 'key-empty', 'endless'] as const)(
    '%s: stops after three pages in a row, naming the key; what was told is applied, and the next run goes on',
    async (how) => {
      await seedReading(engine, { tickets: 40, records: 400, split: 50, batchSize: 150 });
      await openReading(engine).toEnd();
      const cursor = await cursorOf(engine);
      await engine.query('update schedule set batch_size = null');
      await strike(engine, { kind: 'page', how });
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
    await strike(engine, { kind: 'page', how: 'key-back', count: 3 });
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
    await strike(engine, { kind: 'page', how: 'key-back', count: 2 });
    await expect(openReading(engine).toEnd()).resolves.toMatchObject({ outcome: 'ERROR' });
    await expect(openReading(engine).toEnd()).resolves.toMatchObject({ outcome: 'OK' });
    await expect(openReading(engine).toEnd()).resolves.toMatchObject({ outcome: 'OK', records: 0 });
    await expectAllRead(engine);
  });

  test('a page that comes twice does no harm: the run goes on', async () => {
    await seedReading(engine, { tickets: 40, records: 400, split: 50 });
    await strike(engine, { kind: 'page', how: 'repeated', count: 1 });
    await expect(openReading(engine).toEnd()).resolves.toMatchObject({ outcome: 'OK', applied: 400 });
    await expectAllRead(engine);
  });

  test('pages without progress are counted over activities', async () => {
    await seedReading(engine, { tickets: 40, records: 400, split: 50 });
    await strike(engine, { kind: 'page', how: 'key-stuck' });
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

describe('F24: the key is not known any more', () => {
  test.each([400, 410] as const)(
    '%i: the run ends in error and offers the resync; that changes nothing',
    async (status) => {
      await seedReading(engine, { tickets: 20, records: 100, split: 50 });
      await openReading(engine).toEnd();
      const before = await readEverything(engine);
      await strike(engine, { kind: 'expired-key', status });
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

import { addTickets } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';
import {
  cursorOf,
  expectAllRead,
  openReading,
  readEverything,
  removeTickets,
  seedReading,
  strike,
} from '../../helpers/reading';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('retrieve-faulty-records', { callDeadlineMs: 400 });
});
afterEach(() => engine.reset());
afterAll(() => engine.close());

describe('F22: older after newer', () => {
  test.each(['late', 'reversed'] as const)('%s: the newest wins, within pages and across them', async (how) => {
    await seedReading(engine, { tickets: 30, records: 300, split: 40 });
    const straight = await openReading(engine).toEnd();
    const wanted = await readEverything(engine);
    await engine.reset();
    await seedReading(engine, { tickets: 30, records: 300, split: 40 });
    await strike(engine, { kind: 'page', how });
    const report = await openReading(engine).toEnd();
    expect(straight).toMatchObject({ applied: 300, older: 0 });
    expect(report.applied + report.older).toBe(300);
    expect(report.older).toBeGreaterThan(0);
    await expectAllRead(engine);
    expect(strip(await readEverything(engine))).toEqual(strip(wanted));
  });
});

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
    await strike(engine, { kind: 'records', how });
    const report = await openReading(engine).toEnd();
    expect(report).toMatchObject({ outcome: 'WARNING', records: 300, applied: 299, putAside: 1 });
    expect(report.message).toContain('tixngo put-aside list');
    const rows = await engine.query('select reason from put_aside where applied_at is null');
    expect(rows).toEqual([{ reason }]);
  });

  test.each(['extra-field', 'odd-characters'] as const)('%s is applied', async (how) => {
    await seedReading(engine, { tickets: 50, records: 300, split: 300 });
    await strike(engine, { kind: 'records', how });
    await expect(openReading(engine).toEnd()).resolves.toMatchObject({ outcome: 'OK', applied: 300 });
    await expectAllRead(engine);
  });

  test('20 of a page and more than 5 %: the run stops, the page is not applied, the cursor does not move', async () => {
    await seedReading(engine, { tickets: 50, records: 600, split: 300, batchSize: 300 });
    await openReading(engine).toEnd();
    const [cursor, before] = [await cursorOf(engine), await readEverything(engine)];
    await strike(engine, { kind: 'records', how: 'wrong-type', most: 20 });
    const report = await openReading(engine).toEnd();
    expect(report).toMatchObject({ outcome: 'ERROR', ending: 'failed', records: 0 });
    expect(report.message).toContain('20 of 300 records');
    expect(await cursorOf(engine)).toBe(cursor);
    expect(await readEverything(engine)).toEqual(before);
  });

  test.each(['unknown-ticket', 'unknown-status'] as const)('%s never counts', async (how) => {
    await seedReading(engine, { tickets: 50, records: 300, split: 300 });
    await strike(engine, { kind: 'records', how, most: 200 });
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

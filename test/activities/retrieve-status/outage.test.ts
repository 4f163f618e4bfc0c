import type { Info } from '@temporalio/activity';
import type { FaultInput } from '../../../sandbox/faults';
import { type Engine, openEngine } from '../../helpers/engine-world';
import { askedKeys, expectAllRead, openReading, seedReading, strike } from '../../helpers/reading';
import { until } from '../../helpers/until';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('retrieve-outage', { callDeadlineMs: 1_500 });
});
afterEach(() => engine.reset());
afterAll(() => engine.close());

/** Starts an attempt, and lets the fault strike after its first page. */
async function strikeAfterPage(fault: FaultInput) {
  await seedReading(engine, { tickets: 10, records: 40, split: 10 });
  const reading = openReading(engine);
  await reading.open();
  const blocker = await engine.database.pool.connect();
  const pages = reading.pages();
  try {
    await blocker.query('begin');
    await blocker.query('lock table mobile_ticket_history in exclusive mode');
    await until('a page waits to be written', async () => (await askedKeys(engine)).length >= 2);
    await strike(engine, fault);
    await blocker.query('commit');
  } finally {
    blocker.release();
  }
  return { reading, pages };
}

describe('an outage counts from the first call without an answer: an attempt that had one hands over to an activity of its own', () => {
  test.each([
    { kind: 'status', status: 503 },
    { kind: 'status', status: 429, retryAfter: '1' },
    { kind: 'latency', minMs: 5_000, maxMs: 5_000 },
  ] as const)('%j after a page', async (fault) => {
    const { reading, pages } = await strikeAfterPage(fault);
    const { stopped, counts } = await pages;
    expect(stopped).toBe('more');
    expect(counts.pages).toBeGreaterThan(0);
    await expect(reading.pages()).rejects.toMatchObject({ nonRetryable: false });
    await engine.admin.clearFaults();
    engine.worker.forget();
    await expect(reading.toEnd()).resolves.toMatchObject({ outcome: 'OK', records: 40 });
    await expectAllRead(engine);
  });

  test('a slow failure is not repeated before: the time of its retries would be added to the outage', async () => {
    const { pages } = await strikeAfterPage({ kind: 'latency', minMs: 5_000, maxMs: 5_000 });
    await expect(pages).resolves.toMatchObject({ stopped: 'more' });
    const keys = await askedKeys(engine);
    expect(keys.filter((key) => key === keys.at(-1))).toHaveLength(1);
  });
});

describe('the last attempt comes just before the end of maxOutageMinutes, for Temporal gives up when the next one would come too late', () => {
  const minute: Partial<Info> = { scheduleToCloseTimeoutMs: 60_000, scheduledTimestampMs: 1_000 };
  const attempt = async (fault: FaultInput, startedAfterMs: number) => {
    await seedReading(engine, { tickets: 1, records: 1 });
    await strike(engine, fault);
    const reading = openReading(engine);
    await reading.open();
    const info = { ...minute, currentAttemptScheduledTimestampMs: 1_000 + startedAfterMs };
    const failed: unknown = await reading.pages({ info }).catch((error: unknown) => error);
    const delay: unknown = failed instanceof Error && 'nextRetryDelay' in failed ? failed.nextRetryDelay : 'no failure';
    return delay;
  };
  const away = { kind: 'status', status: 503 } as const;
  const asked = { kind: 'status', status: 429, retryAfter: '3000' } as const;

  test.each([
    ['early, Temporal says when', away, 5_000, undefined],
    ['late, it waits for the end', away, 54_000, [3_000, 5_500]],
    ['Retry-After of longer than is left is cut', asked, 20_000, [38_000, 39_500]],
    ['at the end nothing follows', away, 59_900, undefined],
  ] as const)('%s', async (_what, fault, startedAfterMs, expected) => {
    const delay = await attempt(fault, startedAfterMs);
    if (expected === undefined) expect(delay).toBeUndefined();
    else {
      expect(delay).toBeGreaterThan(expected[0]);
      expect(delay).toBeLessThanOrEqual(expected[1]);
    }
  });
});

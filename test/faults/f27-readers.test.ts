import { connectClient } from '../../client/connect';
import { setUpTemporal } from '../../client/set-up';
import { startWorker } from '../../local/stack-worker';
import { askedKeys, cursorOf } from '../helpers/reading';
import { tell } from './helpers/fault';
import { openLuck, type Luck } from './helpers/luck';
import { openReadingSystem, type ReadingSystem } from './helpers/reading-system';
import { expectAsUndisturbed, expectReadAndStill, keepBeforeReading } from './helpers/wallet';

/** Many want to read one account at once (reliability.md F27): one does, and the others are told which one. */
const SPLIT = 10;
const PAGES = 60;
const TRIGGERS = 11;
let luck: Luck;
let reading: ReadingSystem;
let putBack: () => Promise<void>;
beforeAll(async () => {
  // A reading takes some seconds: who comes after its first third meets it.
  reading = await openReadingSystem({ tickets: 120, split: SPLIT, latencyMs: 50 });
  putBack = await keepBeforeReading(reading.system.stack.databaseUrl);
}, 120_000);
afterAll(() => reading.system.close());

interface Told {
  readonly outcome: string;
  readonly message: string;
}

function isTold(value: unknown): value is Told {
  return typeof value === 'object' && value !== null && 'outcome' in value && 'message' in value;
}

/** Reports of ticks; those that did not read say SKIPPED and name what did. */
function expectNamed(reports: readonly unknown[], name: string): number {
  const told = reports.filter(isTold);
  expect(told).toHaveLength(reports.length);
  const skipped = told.filter(({ outcome }) => outcome === 'SKIPPED');
  for (const { message } of skipped) expect(message).toContain(name);
  expect(told.filter(({ outcome }) => outcome !== 'SKIPPED' && outcome !== 'OK')).toEqual([]);
  return skipped.length;
}

/** L1 to L4, and that no page was fetched by two. */
async function expectReadOnce(): Promise<number> {
  const { system, outside, start } = reading;
  // The last key is asked with by every run that comes after: nothing new.
  const end = await cursorOf(outside);
  const keys = (await askedKeys(outside)).filter((key) => key !== end);
  expect(new Set(keys).size).toBe(keys.length);
  expect((await outside.admin.callSummary()).maxInFlight).toBe(1);
  const { history } = await expectReadAndStill(outside, system.stack.databaseUrl, async () => (await start()).result());
  return history;
}

test.each([1, 2, 3])('ten triggers at once and a tick, round %i', async (round) => {
  luck = openLuck(`F27 ${round.toString()}`);
  const { moveOn, start, reached, rows, workflowId } = reading;
  await moveOn(PAGES * SPLIT);
  const before = (await rows()).length;
  const early = luck.between(1, TRIGGERS - 1);
  const ticks = await Promise.all(Array.from({ length: early }, () => start('retrieveTick')));
  await reached(luck.between(1, PAGES / 3), before);
  ticks.push(...(await Promise.all(Array.from({ length: TRIGGERS - early }, () => start('retrieveTick')))));
  const skipped = expectNamed(await Promise.all(ticks.map((tick) => tick.result())), workflowId);
  expect(skipped).toBe(TRIGGERS - 1);
  expect(await rows()).toHaveLength(before + 1);
  const history = await expectReadOnce();
  tell('F27', 'ten triggers at once and a tick', {
    'of them at the start': early,
    skipped,
    'changes on record': history,
  });
});

test('a second namespace on the same database', async () => {
  luck = openLuck('F27 namespace');
  const { system, moveOn, start, reached, rows } = reading;
  const { temporal } = system.stack.config;
  const other = await connectClient({ ...temporal, namespace: 'second' });
  await setUpTemporal(other);
  const worker = await startWorker({
    environment: { ...system.stack.environment, TEMPORAL_NAMESPACE: 'second' },
    logFolder: system.folder,
  });
  try {
    await moveOn(PAGES * SPLIT);
    const before = (await rows()).length;
    const holder = await start();
    await reached(luck.between(1, PAGES / 3), before);
    const [held] = await rows();
    const reports: unknown[] = [];
    for (let asker = 1; asker <= 3; asker += 1) reports.push(await (await start('retrieveTick', other)).result());
    const skipped = expectNamed(reports, `execution ${(held?.id ?? 0).toString()}`);
    expectNamed(reports, `namespace ${temporal.namespace}`);
    expect(skipped).toBeGreaterThan(0);
    await expect(holder.result()).resolves.toMatchObject({ outcome: 'OK' });
    await expect((await start('retrieveTick', other)).result()).resolves.toMatchObject({ outcome: 'OK', records: 0 });
    const history = await expectReadOnce();
    tell('F27', 'a second namespace, three ticks', { skipped, 'changes on record': history });
  } finally {
    await worker.stop();
    await other.connection.close();
  }
});

test('what all of that has left is what an undisturbed reading leaves', async () => {
  const { system, outside, start } = reading;
  const read = async (): Promise<unknown> => (await start()).result();
  const { digests } = await expectAsUndisturbed(outside, system.stack.databaseUrl, { putBack, read });
  expect(digests.distribution).not.toBeNull();
});

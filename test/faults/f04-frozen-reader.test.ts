import { askedKeys, expectAllRead, fetchedAgain } from '../helpers/reading';
import { settleFrozen, startTakeover } from '../helpers/slots';
import { until } from '../helpers/until';
import { tell } from './helpers/fault';
import { openLuck } from './helpers/luck';
import { openReadingSystem, type ReadingSystem } from './helpers/reading-system';

/** The worker that reads an account is frozen, another one takes over, the first wakes up and goes on with what it had in its hands (F4, L1 to L4). */
const SPLIT = 20;
const PAGES = 150;
const luck = openLuck('F4 reader');
let reading: ReadingSystem;
beforeAll(async () => {
  reading = await openReadingSystem({ tickets: 120, split: SPLIT, latencyMs: 40 });
  // What the wallet tells of the injection itself.
  await (await reading.start()).result();
}, 120_000);
afterAll(() => reading.system.close());

const pagesNow = async () => (await reading.rows())[0]?.pages ?? 0;

/** Lets another worker read on, wakes the frozen one in the middle of that, and expects that everything was read once. */
async function takeOverAndWake(what: string, ended: Promise<unknown>): Promise<void> {
  const { system, outside } = reading;
  const frozenAt = await pagesNow();
  const second = startTakeover(system);
  try {
    await until('another worker reads on', async () => (await pagesNow()) >= frozenAt + 10, 60_000);
    await system.stack.killWorker('SIGCONT');
    // Woken after the end it would have nothing to write.
    expect(await pagesNow()).toBeLessThan(PAGES);
    await expect(ended).resolves.toMatchObject({
      outcome: 'OK',
      records: PAGES * SPLIT,
      applied: PAGES * SPLIT,
      repeated: 0,
    });
    await expectAllRead(outside);
    const again = await fetchedAgain(outside);
    expect(again).toBeLessThanOrEqual(2);
    tell('F4', what, {
      'pages fetched': (await askedKeys(outside)).length,
      again,
      'at most': 2,
      'frozen after pages': frozenAt,
    });
  } finally {
    await (await second).stop();
  }
}

test('frozen at a random moment of a read-back: another worker reads on; on waking it writes no page, and each change is there once', async () => {
  const { system, moveOn, rows, reached, start } = reading;
  await moveOn(PAGES * SPLIT);
  const before = (await rows()).length;
  const run = await start();
  await reached(luck.between(5, 60), before);
  await system.stack.killWorker('SIGSTOP');
  await settleFrozen(system);
  await takeOverAndWake('reader frozen at a random moment', run.result());
  expect(await rows()).toHaveLength(before + 1);
});

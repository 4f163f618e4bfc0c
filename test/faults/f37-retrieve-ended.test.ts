import { fetchedAgain } from '../helpers/reading';
import { resetRun } from '../helpers/reset-run';
import { tell } from './helpers/fault';
import { openLuck } from './helpers/luck';
import { openReadingSystem, type ReadingSystem } from './helpers/reading-system';
import { expectAsUndisturbed, expectAtCursor, expectReadAndStill, keepBeforeReading } from './helpers/wallet';

/** A read-back that ends, or begins again, from the Temporal UI at random points (reliability.md F37). */
const SPLIT = 10;
const PAGES = 100;
const RESETS = 3;
const luck = openLuck('F37 retrieve');
let reading: ReadingSystem;
let putBack: () => Promise<void>;
beforeAll(async () => {
  reading = await openReadingSystem({ tickets: 120, split: SPLIT, latencyMs: 20 });
  putBack = await keepBeforeReading(reading.system.stack.databaseUrl);
}, 120_000);
afterAll(() => reading.system.close());

async function startAndReach() {
  const { moveOn, start, reached, rows } = reading;
  await moveOn(PAGES * SPLIT);
  const before = (await rows()).length;
  const run = await start();
  await reached(luck.between(1, PAGES / 2), before);
  return { before, run };
}

/** L1, L2 and L4; and how many pages were fetched again (L3). */
async function expectHeld(): Promise<{ readonly again: number; readonly figures: Readonly<Record<string, number>> }> {
  const { system, outside, start } = reading;
  const again = await fetchedAgain(outside);
  const { maxInFlight } = await outside.admin.callSummary();
  const { history } = await expectReadAndStill(outside, system.stack.databaseUrl, async () => (await start()).result());
  return {
    again,
    figures: { 'pages fetched again': again, 'most in flight': maxInFlight, 'changes on record': history },
  };
}

const mails = () =>
  reading.outside.query<{ id: string }>(
    `select o.execution_id as id from outbox o join execution e on e.id = o.execution_id where e.function = 'retrieve-status'`,
  );

test.each(['status', 'the next run'] as const)('terminated, closed by %s', async (closer) => {
  const { system, outside, start, rows } = reading;
  await outside.query('delete from outbox');
  const { before, run } = await startAndReach();
  await system.open.client.workflow.getHandle(run.workflowId).terminate('by a test');
  const [lost] = await rows();
  await expectAtCursor(outside);
  if (closer === 'status') expect(await system.command('status')).toMatchObject({ code: 0 });
  await expect((await start()).result()).resolves.toMatchObject({ outcome: 'OK' });
  const closed = (await rows()).find(({ id }) => id === lost?.id);
  expect(closed).toMatchObject({ outcome: 'ERROR', ending: 'failed' });
  expect(await rows()).toHaveLength(before + 2);
  const written = (await mails()).filter(({ id }) => Number(id) === lost?.id).length;
  const { again, figures } = await expectHeld();
  expect(again).toBeLessThanOrEqual(2);
  tell('F37', `read-back terminated, closed by ${closer}`, { ...figures, mails: written });
});

test('cancelled: closed at once, in error, with a mail; the next run goes on', async () => {
  const { system, outside, start, rows } = reading;
  await outside.query('delete from outbox');
  const { run } = await startAndReach();
  await system.open.client.workflow.getHandle(run.workflowId).cancel();
  await expect(run.result()).rejects.toThrow();
  const [cancelled] = await rows();
  expect(cancelled).toMatchObject({ outcome: 'ERROR', ending: 'operator' });
  expect((await mails()).map(({ id }) => Number(id))).toEqual([cancelled?.id]);
  await expectAtCursor(outside);
  await expect((await start()).result()).resolves.toMatchObject({ outcome: 'OK' });
  const { again, figures } = await expectHeld();
  expect(again).toBeLessThanOrEqual(2);
  tell('F37', 'read-back cancelled', figures);
});

test('reset to random points, three times: it goes on under its execution', async () => {
  const { system, outside, reached, rows } = reading;
  const { before, run } = await startAndReach();
  let runId = '';
  for (let reset = 1; reset <= RESETS; reset += 1) {
    runId = await resetRun(system, run, (tasks) => luck.pick(tasks));
    await expectAtCursor(outside);
    const pages = (await rows())[0]?.pages ?? 0;
    await reached(Math.min(PAGES - 10, pages + luck.between(0, 10)), before);
  }
  const end = system.open.client.workflow.getHandle(run.workflowId, runId).result();
  await expect(end).resolves.toMatchObject({ outcome: 'OK', repeated: 0 });
  expect(await rows()).toHaveLength(before + 1);
  const { again, figures } = await expectHeld();
  // The attempt of the run that was reset lives on until its heartbeat tells it, and finds the cursor taken at its next page.
  expect(again).toBeLessThanOrEqual(2 * RESETS);
  tell('F37', `read-back reset to random points, ${RESETS.toString()} times`, { ...figures, 'at most': 2 * RESETS });
});

test('what all of that has left is what an undisturbed reading leaves', async () => {
  const { system, outside, start } = reading;
  const read = async (): Promise<unknown> => (await start()).result();
  const { digests } = await expectAsUndisturbed(outside, system.stack.databaseUrl, { putBack, read });
  expect(digests.distribution).not.toBeNull();
});

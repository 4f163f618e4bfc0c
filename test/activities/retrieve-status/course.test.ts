import { Client } from 'pg';
import { type Engine, openEngine, ORGANIZER } from '../../helpers/engine-world';
import {
  askedKeys,
  cursorOf,
  expectAllRead,
  fetchedAgain,
  openReading,
  readEverything,
  seedReading,
} from '../../helpers/reading';
import { until } from '../../helpers/until';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('retrieve-course');
});
afterEach(() => engine.reset());
afterAll(() => engine.close());

test('all pages are applied, each once; the next run starts where this one stood, and changes nothing (L1, L2, L4)', async () => {
  await seedReading(engine, { tickets: 60, records: 600, split: 100 });
  const report = await openReading(engine).toEnd();
  expect(report).toMatchObject({ outcome: 'OK', ending: 'done', pages: 6, records: 600, applied: 600, putAside: 0 });
  await expectAllRead(engine);
  expect(await fetchedAgain(engine)).toBe(0);

  const before = await readEverything(engine);
  const cursor = await cursorOf(engine);
  const again = await openReading(engine).toEnd();
  expect(again).toMatchObject({ outcome: 'OK', records: 0, message: 'Nothing new.' });
  expect(await readEverything(engine)).toEqual(before);
  expect(await cursorOf(engine)).toBe(cursor);
});

test('a workflow ends with a report without the signature, which is for mails and stands on the row: at the first close, a repeated one and one that is SKIPPED', async () => {
  await seedReading(engine, { tickets: 1, records: 2 });
  const reading = openReading(engine);
  await reading.open();
  await reading.pages();
  expect(await reading.close()).not.toHaveProperty('signature');
  expect(await reading.close()).not.toHaveProperty('signature');
  await engine.query(`update retrieve_cursor set holder_namespace = 'elsewhere', holder_workflow_id = 'w', holder_first_run_id = 'x',
    lease_until = now() + interval '1 hour'`);
  const skipped = await openReading(engine).toEnd();
  expect(skipped.outcome).toBe('SKIPPED');
  expect(skipped).not.toHaveProperty('signature');
  const rows = await engine.query(`select report ->> 'signature' as signature from execution`);
  expect(rows).toEqual([{ signature: 'done' }, { signature: 'done' }]);
});

test('the next page is fetched while the present one is written', async () => {
  await seedReading(engine, { tickets: 10, records: 30, split: 10 });
  const reading = openReading(engine);
  await reading.open();
  const blocker = await engine.database.pool.connect();
  try {
    await blocker.query('begin');
    await blocker.query('lock table mobile_ticket_history in exclusive mode');
    const pages = reading.pages();
    await until('a page is fetched ahead', async () => (await askedKeys(engine)).length === 2);
    await expect(cursorOf(engine)).resolves.toBe('');
    await blocker.query('commit');
    await expect(pages).resolves.toMatchObject({ stopped: 'done', counts: { records: 30 } });
  } finally {
    blocker.release();
  }
  expect(await fetchedAgain(engine)).toBe(0);
});

test('the batch size is the most of one run; the next one goes on', async () => {
  await seedReading(engine, { tickets: 50, records: 400, split: 100, batchSize: 250 });
  await expect(openReading(engine).toEnd()).resolves.toMatchObject({ records: 250, pages: 3 });
  const { calls } = await engine.admin.calls('diffTickets');
  expect(calls.map(({ page }) => page?.limit)).toEqual([100, 100, 50]);
  await expect(openReading(engine).toEnd()).resolves.toMatchObject({ records: 150 });
  await expectAllRead(engine);
});

test('a page costs at most ten statements, whatever it holds: twelve are allowed', async () => {
  await seedReading(engine, { tickets: 200, records: 1600, split: 800 });
  const reading = openReading(engine);
  await reading.open();
  const asked = jest.spyOn(Client.prototype, 'query');
  try {
    await reading.pages();
    const texts = asked.mock.calls.map(([statement]) => JSON.stringify(statement));
    // Before the first page the cursor is taken, and put-aside records are looked for; after the last one the activity asks how the run stands.
    const statements = texts.length - texts.findIndex((text) => text.includes('from asked_key')) - 1;
    expect(statements / 2).toBeLessThanOrEqual(10);
    expect(statements / 2).toBeGreaterThan(4);
  } finally {
    asked.mockRestore();
  }
});

test('a run that finds its account held ends SKIPPED and names the holder; the holder goes on', async () => {
  await seedReading(engine, { tickets: 10, records: 20, split: 10 });
  const first = openReading(engine, { namespace: 'elsewhere' });
  await first.open();
  const report = await openReading(engine).toEnd();
  expect(report).toMatchObject({ outcome: 'SKIPPED', records: 0 });
  expect(report.message).toContain(`retrieve-status/${ORGANIZER}`);
  expect(report.message).toContain('namespace elsewhere');
  expect(report.message).toContain(`execution ${first.execution().toString()}`);
  await first.pages();
  await expect(first.close()).resolves.toMatchObject({ outcome: 'OK', records: 20 });
  await expect(openReading(engine).toEnd()).resolves.toMatchObject({ outcome: 'OK', records: 0 });
});

test('a holder that was silent for longer than its lease is followed; waking up, it ends and names the new holder', async () => {
  await seedReading(engine, { tickets: 10, records: 20, split: 10 });
  const first = openReading(engine, { namespace: 'elsewhere' });
  await first.open();
  await engine.query(`update retrieve_cursor set lease_until = now() - interval '1 second'`);
  const second = openReading(engine);
  await second.open();
  await expect(first.pages()).resolves.toMatchObject({ stopped: 'ending', counts: { records: 0 } });
  const report = await first.close();
  expect(report).toMatchObject({ outcome: 'ERROR' });
  expect(report.message).toContain(`execution ${second.execution().toString()}`);
  await second.pages();
  await expect(second.close()).resolves.toMatchObject({ records: 20 });
  await expectAllRead(engine);
});

test('only the fixed id of the account is taken', async () => {
  await seedReading(engine, { tickets: 1 });
  await expect(openReading(engine, { workflowId: 'retrieve-status/other' }).open()).rejects.toMatchObject({
    type: 'WRONG_ID',
  });
  expect(await engine.query('select from execution')).toHaveLength(0);
});

test('a run whose workflow is gone is closed by the next one, which goes on from its cursor', async () => {
  await seedReading(engine, { tickets: 20, records: 100, split: 10, batchSize: 30 });
  const lost = openReading(engine);
  await lost.open();
  await lost.pages();
  const next = openReading(engine);
  await next.open();
  const [row] = await engine.query('select outcome, ending from execution where id = $1', [lost.execution()]);
  expect(row).toEqual({ outcome: 'ERROR', ending: 'failed' });
  await expect(next.pages()).resolves.toMatchObject({ counts: { records: 30 } });
  expect(await fetchedAgain(engine)).toBe(0);
  await expect(lost.pages()).rejects.toMatchObject({ type: 'EXECUTION_CLOSED' });
});

test('L3: an attempt that a newer one of its run has followed fetches nothing more: two pages at most are fetched again', async () => {
  await seedReading(engine, { tickets: 40, records: 400, split: 10 });
  const reading = openReading(engine);
  await reading.open();
  const other = await engine.openWorker();
  const older = reading.pages({ worker: other });
  await until('it reads', async () => (await askedKeys(engine)).length >= 5);
  await expect(reading.pages()).resolves.toMatchObject({ stopped: 'done', counts: { records: 400 } });
  await expect(older).rejects.toMatchObject({ type: 'SECOND_ATTEMPT' });
  expect(await fetchedAgain(engine)).toBeLessThanOrEqual(2);
  await expect(reading.close()).resolves.toMatchObject({ records: 400, applied: 400, repeated: 0 });
  await expectAllRead(engine);
});

test('L3: an attempt that was scheduled before the one that holds the cursor fetches nothing and ends nothing (a frozen worker begins it on waking)', async () => {
  await seedReading(engine, { tickets: 10, records: 30, split: 10, batchSize: 20 });
  const reading = openReading(engine);
  await reading.open();
  const at = (currentAttemptScheduledTimestampMs: number) => ({ info: { currentAttemptScheduledTimestampMs } });
  await expect(reading.pages(at(2_000))).resolves.toMatchObject({ stopped: 'done', counts: { records: 20 } });
  const asked = await askedKeys(engine);
  await expect(reading.pages(at(1_000))).rejects.toMatchObject({ type: 'SECOND_ATTEMPT' });
  await expect(reading.open(at(1_000))).rejects.toMatchObject({ type: 'SECOND_ATTEMPT' });
  expect(await askedKeys(engine)).toEqual(asked);
  await expect(reading.close()).resolves.toMatchObject({ outcome: 'OK', ending: 'done', records: 20 });
});

test('two attempts of one run at once write each page once (a frozen worker that wakes up)', async () => {
  await seedReading(engine, { tickets: 40, records: 400, split: 10 });
  const reading = openReading(engine);
  await reading.open();
  const other = await engine.openWorker();
  await Promise.allSettled([reading.pages(), reading.pages({ worker: other })]);
  for (;;) if ((await reading.pages()).stopped === 'done') break;
  await expect(reading.close()).resolves.toMatchObject({ records: 400, applied: 400, repeated: 0 });
  await expectAllRead(engine);
});

test('F37: a run that is cancelled is closed in error, with a mail; one that is stopped is not', async () => {
  await seedReading(engine, { tickets: 5, records: 10 });
  const [stopped, cancelled] = [openReading(engine), openReading(engine)];
  await stopped.open();
  await stopped.setState('stopping');
  await expect(stopped.close('operator')).resolves.toMatchObject({ outcome: 'OK', ending: 'operator' });
  await cancelled.open();
  const report = await cancelled.close('operator', 'the workflow was cancelled');
  expect(report).toMatchObject({ outcome: 'ERROR', ending: 'operator' });
  expect(report.message).toContain('the workflow was cancelled');
  expect(await engine.query('select kind, execution_id::integer as run from outbox')).toEqual([
    { kind: 'FAILED', run: cancelled.execution() },
  ]);
});

test('the opening and the close can be repeated: the first ones stand', async () => {
  await seedReading(engine, { tickets: 5, records: 10 });
  const reading = openReading(engine);
  const opened = await reading.open();
  await expect(reading.open()).resolves.toEqual(opened);
  await reading.pages();
  const report = await reading.close();
  await expect(reading.close('failed', 'late')).resolves.toMatchObject(report);
  await expect(reading.open()).rejects.toMatchObject({ type: 'EXECUTION_CLOSED' });
});

test('a database that knows fewer pages than the workflow is an older one', async () => {
  await seedReading(engine, { tickets: 5, records: 10 });
  const reading = openReading(engine);
  await reading.open();
  await reading.pages();
  await engine.query('update execution set retrieved = null');
  await expect(reading.pages()).rejects.toMatchObject({ type: 'OLDER_DATABASE' });
  await expect(reading.close()).rejects.toMatchObject({ type: 'OLDER_DATABASE' });
});

import { Client } from 'pg';
import { type Engine, openEngine } from '../../helpers/engine-world';
import { askedKeys, expectAllRead, openReading, seedReading } from '../../helpers/reading';
import { until } from '../../helpers/until';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('retrieve-paused');
});
afterEach(() => engine.reset());
afterAll(() => engine.close());

const pauseInterface = (paused: boolean) => engine.query('update interface set paused = $1', [paused]);
const pauseOrganizer = (paused: boolean) => engine.query('update organizer_gate set paused = $1', [paused]);
const holder = async () => (await engine.query('select holder_workflow_id as id from retrieve_cursor'))[0];

test('a run of a paused interface ends at once as SKIPPED, and never has the account', async () => {
  await seedReading(engine, { tickets: 10, records: 20, split: 10 });
  await pauseInterface(true);
  const report = await openReading(engine, { fullResync: true }).toEnd();
  expect(report).toMatchObject({ outcome: 'SKIPPED', records: 0 });
  expect(report.message).toBe('Nothing was done: its interface is paused (tixngo resume --interface fcx).');
  expect(await holder()).toBeUndefined();
  expect(await askedKeys(engine)).toEqual([]);
  await pauseInterface(false);
  await expect(openReading(engine).toEnd()).resolves.toMatchObject({ outcome: 'OK', records: 20 });
});

test('an interface that is paused under way ends its run before the next page, saying so; the account is free and the next run goes on', async () => {
  await seedReading(engine, { tickets: 20, records: 60, split: 10, batchSize: 30 });
  const reading = openReading(engine);
  await reading.open();
  const blocker = await engine.database.pool.connect();
  try {
    await blocker.query('begin');
    await blocker.query('lock table mobile_ticket_history in exclusive mode');
    const pages = reading.pages();
    await until('a page is being written', async () => (await askedKeys(engine)).length === 2);
    await pauseInterface(true);
    await blocker.query('commit');
    await expect(pages).resolves.toMatchObject({ stopped: 'ending', counts: { pages: 1 } });
  } finally {
    blocker.release();
  }
  const report = await reading.close();
  expect(report).toMatchObject({ outcome: 'OK', ending: 'operator', records: 10 });
  expect(report.message).toContain('its interface is paused (tixngo resume --interface fcx)');
  expect(await holder()).toEqual({ id: null });
  await pauseInterface(false);
  await openReading(engine).toEnd();
  await openReading(engine).toEnd();
  await expectAllRead(engine);
});

test('a paused organizer is waited for: the run stays open, has the account, and goes on afterwards', async () => {
  await seedReading(engine, { tickets: 10, records: 20, split: 10 });
  await pauseOrganizer(true);
  const reading = openReading(engine);
  await reading.open();
  const asked = jest.spyOn(Client.prototype, 'query');
  const looks = () => asked.mock.calls.filter((call) => JSON.stringify(call).includes('organizerPaused')).length;
  try {
    const pages = reading.pages();
    // The first look is before the pages, the second sees the pause.
    await until('it waits and has looked again', () => Promise.resolve(looks() >= 3));
    expect(await askedKeys(engine)).toEqual([]);
    await pauseOrganizer(false);
    await expect(pages).resolves.toMatchObject({ stopped: 'more', counts: { records: 0 } });
    expect(await holder()).toEqual({ id: reading.workflowId });
  } finally {
    asked.mockRestore();
  }
  await expect(reading.toEnd()).resolves.toMatchObject({ outcome: 'OK', records: 20 });
});

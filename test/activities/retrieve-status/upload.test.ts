import { closeLostExecutions } from '../../../activities/close-lost';
import { copyRecords } from '../../../db/queries/retrieve-status/upload-records';
import { matching } from '../../helpers/command-line';
import { type Engine, openEngine, ORGANIZER } from '../../helpers/engine-world';
import { cursorOf, expectAllRead, openReading, readEverything, type Reading, seedReading } from '../../helpers/reading';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('retrieve-upload');
});
afterEach(() => engine.reset());
afterAll(() => engine.close());

async function upload(records: readonly string[]): Promise<number> {
  const batches = async function* () {
    yield await Promise.resolve(records);
  };
  const copied = await copyRecords(engine.database, { scheduleId: '2', who: 'test', records: batches() });
  return copied.upload;
}

describe('an upload', () => {
  test('is applied as if TIXNGO had sent it, in pages; the cursor does not move, and nothing is fetched', async () => {
    await seedReading(engine, { tickets: 20, records: 100, split: 30 });
    const { records } = await engine.admin.changes(ORGANIZER);
    const number = await upload(records.map((record) => JSON.stringify(record)));
    const report = await openReading(engine, { upload: number }).toEnd();
    expect(report).toMatchObject({ outcome: 'OK', records: 100, applied: 100, pages: 4 });
    await expectAllRead(engine);
    expect(await cursorOf(engine)).toBe('');
    expect((await engine.admin.calls('diffTickets')).calls).toHaveLength(0);

    const before = await readEverything(engine);
    await expect(openReading(engine).toEnd()).resolves.toMatchObject({ records: 100, repeated: 100 });
    expect(await readEverything(engine)).toEqual(before);
  });

  test('that is stopped in the middle goes on at its position, each record once', async () => {
    await seedReading(engine, { tickets: 20, records: 100, split: 10 });
    const { records } = await engine.admin.changes(ORGANIZER);
    const reading = openReading(engine, { upload: await upload(records.map((record) => JSON.stringify(record))) });
    await reading.open();
    const other = await engine.openWorker();
    await Promise.allSettled([reading.pages(), reading.pages({ worker: other })]);
    for (;;) if ((await reading.pages()).stopped === 'done') break;
    await expect(reading.close()).resolves.toMatchObject({ records: 100, applied: 100 });
    await expectAllRead(engine);
  });

  /** An upload of 40 records and its run, whose attempt ends behind the first `pages` of 10: what follows cannot be read. */
  async function openFile(pages: number): Promise<{ readonly number: number; readonly reading: Reading }> {
    await seedReading(engine, { tickets: 20, records: 40, split: 10 });
    const { records } = await engine.admin.changes(ORGANIZER);
    const number = await upload(records.map((record) => JSON.stringify(record)));
    const reading = openReading(engine, { upload: number });
    await reading.open();
    await engine.query('update upload_record set record = $1 where position > $2', ['no JSON', pages * 10]);
    if (pages < 4) await expect(reading.pages()).rejects.toThrow();
    return { number, reading };
  }
  const countKept = async () => (await engine.query('select from upload_record')).length;
  const ofFile = (read: number) => matching(new RegExp(`${read.toString()} of 40 records of the file read, the rest`));

  test.each([
    ['is applied to its end', 4, { outcome: 'OK', ending: 'done' }],
    ['is stopped', 2, { outcome: 'WARNING', ending: 'operator', message: ofFile(20) }],
    ['failed', 3, { outcome: 'ERROR', ending: 'failed', message: ofFile(30) }],
  ] as const)(
    'whose run %s keeps no record, tells what it left, and is refused when asked for again',
    async (_, pages, end) => {
      const { number, reading } = await openFile(pages);
      if (pages === 4) await reading.pages();
      await expect(reading.close(end.ending)).resolves.toMatchObject(end);
      expect(await countKept()).toBe(0);
      await expect(openReading(engine, { upload: number }).toEnd()).rejects.toMatchObject({ type: 'UNKNOWN_UPLOAD' });
    },
  );

  test('whose workflow is lost, or that finds the account held, keeps no record either', async () => {
    const { reading } = await openFile(1);
    engine.runs.delete(reading.workflowId);
    await expect(closeLostExecutions(engine.worker, 'operator')).resolves.toMatchObject({
      closed: [reading.execution()],
    });
    expect(await countKept()).toBe(0);
    const told = await engine.query(`select report ->> 'message' as message from execution`);
    expect(told).toEqual([{ message: ofFile(10) }]);

    await engine.query(`update retrieve_cursor set holder_namespace = 'elsewhere', holder_workflow_id = 'w', holder_first_run_id = 'x',
      lease_until = now() + interval '1 hour'`);
    const skipped = openReading(engine, { upload: await upload(['{}']) });
    await expect(skipped.toEnd()).resolves.toMatchObject({
      outcome: 'SKIPPED',
      message: matching(/The file is not kept/),
    });
    expect(await countKept()).toBe(0);
    // An attempt whose result was lost is repeated.
    await expect(skipped.open()).resolves.toMatchObject({ report: { outcome: 'SKIPPED' } });
  });

  test('that no run came for is deleted with its records when a run opens a day later, and no other', async () => {
    await seedReading(engine, { tickets: 1 });
    const [left, young] = [await upload(['{}', '{}']), await upload(['{}'])];
    await engine.query(`update upload set uploaded_at = now() - interval '25 hours' where id <= $1`, [left]);
    await openReading(engine).open();
    expect(await engine.query('select id::integer from upload')).toEqual([{ id: young }]);
    expect(await engine.query('select upload_id::integer as id from upload_record')).toEqual([{ id: young }]);
  });

  test('of another schedule, or that is none, is refused before anything is opened', async () => {
    await seedReading(engine, { tickets: 1 });
    await expect(openReading(engine, { upload: 77 }).toEnd()).rejects.toMatchObject({ type: 'UNKNOWN_UPLOAD' });
    expect(await engine.query('select from execution')).toHaveLength(0);
  });
});

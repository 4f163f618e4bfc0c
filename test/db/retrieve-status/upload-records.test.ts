import { forgetLeftUploads } from '../../../db/queries/retrieve-status/forget-left-uploads';
import { copyRecords, isRecordsUpload, readRecords } from '../../../db/queries/retrieve-status/upload-records';
import { openPages, type Pages, RUN } from './page-fixture';

let pages: Pages;
beforeAll(async () => {
  pages = await openPages('upload-records');
});
beforeEach(() => pages.reset());
afterAll(() => pages.close());

async function* inBatches(...batches: readonly (readonly string[])[]) {
  for (const batch of batches) yield await Promise.resolve(batch);
}
const copy = (records: AsyncIterable<readonly string[]>) =>
  copyRecords(pages.database, { scheduleId: '7', who: 'ana', records });
const odd = ['{"a":"tab\\t, slash\\\\, é, 😀"}', '{\n"b":\t1\r\n}', '\\N', ''];

test('records come back as they went in, in pages by their position', async () => {
  const { upload, records } = await copy(inBatches(odd, [], ['{"c":1}']));
  expect(records).toBe(5);
  const read = await readRecords(pages.database, { upload, after: 0, limit: 10 });
  expect(read).toEqual([...odd, '{"c":1}'].map((record, i) => ({ position: i + 1, record })));
  expect(await readRecords(pages.database, { upload, after: 2, limit: 2 })).toEqual(read.slice(2, 4));
  expect(await readRecords(pages.database, { upload, after: 5, limit: 2 })).toEqual([]);
  expect(await pages.query(`select kind, schedule_id, content, uploaded_by from upload`)).toEqual([
    { kind: 'records', schedule_id: '7', content: { records: 5 }, uploaded_by: 'ana' },
  ]);
  const isOf = (scheduleId: string, id = upload) => isRecordsUpload(pages.database.kysely, { upload: id, scheduleId });
  expect([await isOf('7'), await isOf('1'), await isOf('7', upload + 1)]).toEqual([true, false, false]);
});

test('a file that turns out wrong leaves nothing, and the pool its connections', async () => {
  async function* wrong() {
    for (let i = 0; i < 100; i++) yield await Promise.resolve(Array.from({ length: 1000 }, () => '{"a":1}'));
    throw new Error('record 100001 is none');
  }
  for (let i = 0; i < 6; i++) await expect(copy(wrong())).rejects.toThrow('record 100001 is none');
  expect(await pages.query(`select from upload`)).toEqual([]);
  expect(await pages.query(`select from upload_record`)).toEqual([]);
});

test('an old upload is deleted when no run can come for it: not one that is young, applied, a list of tickets, asked for, or of an open run', async () => {
  // 1 is left.
  const [open, closed, asked, applied, tickets, young] = [2, 3, 4, 5, 6, 7];
  await pages.query(
    `insert into upload (id, kind, schedule_id, content, uploaded_by, uploaded_at) overriding system value
      select n, case n when $1 then 'tickets' else 'records' end, 7, case n when $2 then '{"appliedBy": 9}'::jsonb else '{}' end, 'ana',
        now() - case n when $3 then interval '23 hours' else interval '25 hours' end from generate_series(1, 7) n`,
    [tickets, applied, young],
  );
  await pages.query(`insert into upload_record (upload_id, position, record) select id, 1, '{}' from upload`);
  const ended = await pages.open();
  await pages.query(
    `update execution set closed_at = now(), ending = 'done', outcome = 'OK', overrides = $2 where id = $1`,
    [ended, { upload: closed }],
  );
  const running = await pages.open({ ...RUN, firstRunId: 'second' });
  await pages.query(`update execution set overrides = $2 where id = $1`, [running, { upload: open }]);
  await forgetLeftUploads(pages.database, { olderThanHours: 24, upload: asked });
  const ids = async (table: string) => (await pages.query<{ id: number }>(table)).map(({ id }) => id);
  const kept = [open, asked, applied, tickets, young];
  expect(await ids('select id::integer from upload order by id')).toEqual(kept);
  expect(await ids('select upload_id::integer as id from upload_record order by 1')).toEqual(kept);
});

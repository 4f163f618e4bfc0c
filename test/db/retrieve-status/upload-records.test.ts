import { copyRecords, isRecordsUpload, readRecords } from '../../../db/queries/retrieve-status/upload-records';
import { openPages, type Pages } from './page-fixture';

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
  const isOf = (scheduleId: string, id = upload) => isRecordsUpload(pages.database, { upload: id, scheduleId });
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

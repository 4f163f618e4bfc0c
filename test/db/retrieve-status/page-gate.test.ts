import { addTickets } from '../../helpers/engine-seed';
import { full, nothing, readState } from './full-page';
import { free, openPages, type Pages, RUN, toRecord } from './page-fixture';

let pages: Pages;
beforeAll(async () => {
  pages = await openPages('page-gate');
});
beforeEach(async () => {
  await pages.reset();
  await addTickets(pages.database.pool, 1, 4);
});
afterAll(() => pages.close());

const state = () => readState(pages);

describe('nothing is written', () => {
  const refuse = async (options: Parameters<Pages['write']>[1]) => {
    const before = await state();
    expect(await pages.write(full, options)).toBe('moved');
    expect(await state()).toEqual(before);
  };

  test('where the cursor has another version than the one read before fetching', async () => {
    await pages.open();
    await refuse({ version: '1', move: { to: 'K' } });
    expect(await state()).toEqual(nothing);
  });

  test('where another run holds the cursor, or nobody', async () => {
    const execution = await pages.open();
    await pages.open({ ...RUN, firstRunId: 'second' });
    await refuse({ execution });
    await free(pages.database, { ...RUN, firstRunId: 'second' });
    await refuse({ execution });
  });

  test('where the execution is closed, or is not that of the run', async () => {
    const execution = await pages.open();
    await refuse({ execution: execution + 1 });
    await pages.query(`update execution set closed_at = now(), outcome = 'ERROR', ending = 'failed'`);
    await refuse({});
  });

  test('where the upload, or a record put aside, was applied meanwhile', async () => {
    await pages.open();
    await refuse({ move: { uploadPosition: { from: 5, to: 9 } } });
    await pages.write(full);
    await pages.query(`update put_aside set applied_at = now()`);
    await refuse({ move: { putAside: ['1'] } });
  });
});

describe('what a page moves', () => {
  test('an upload moves its place and leaves the cursor where it is', async () => {
    await pages.open();
    expect(await pages.write({ history: [toRecord(1)] }, { move: { uploadPosition: { from: 0, to: 10 } } })).toBe(
      'written',
    );
    expect(await pages.write({}, { move: { uploadPosition: { from: 0, to: 20 } } })).toBe('moved');
    expect(await pages.query(`select upload_position from execution`)).toEqual([{ upload_position: '10' }]);
    expect(await state()).toMatchObject({ history: ['1:1 DOWNLOADED'], cursor: ' 0' });
  });

  test('records put aside are marked as applied, those of other accounts are not', async () => {
    await pages.open();
    await pages.write(full);
    await pages.query(`insert into put_aside (organizer, identity, reason, problem, record, execution_id)
      values ('elsewhere', 'change 9 of ticket 99', 'INVALID', '', '{}', 1)`);
    const [row] = await pages.query<{ id: string }>(`select id from put_aside where organizer = 'club'`);
    expect(await pages.write({}, { move: { putAside: [row?.id ?? ''] } })).toBe('written');
    expect(await state()).toMatchObject({ cursor: 'next 1' });
    expect(await pages.query(`select organizer from put_aside where applied_at is null`)).toEqual([
      { organizer: 'elsewhere' },
    ]);
  });
});

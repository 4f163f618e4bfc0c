import { findOpenExecutions } from '../../../db/queries/push/lost-executions';
import { lockRetrieve, writeRetrieveClose } from '../../../db/queries/retrieve-status/close-retrieve';
import { openRetrieveExecution } from '../../../db/queries/retrieve-status/open-retrieve';
import { inTransaction } from '../../../db/transaction';
import { openPages, ORGANIZER, type Pages, RUN } from './page-fixture';

let pages: Pages;
beforeAll(async () => {
  pages = await openPages('retrieve-executions');
});
beforeEach(() => pages.reset());
afterAll(() => pages.close());

const open = () =>
  inTransaction(pages.database, (transaction) =>
    openRetrieveExecution(transaction, {
      ...RUN,
      scheduleId: '7',
      interfaceId: '1',
      organizer: ORGANIZER,
      trigger: 'SCHEDULE',
      overrides: { fullResync: true },
      settings: { batchSplitSize: 10 },
    }),
  );
const lock = (execution: number, run = RUN) =>
  inTransaction(pages.database, (transaction) => lockRetrieve(transaction, { execution, ...run }));
const close = (report: string) =>
  inTransaction(pages.database, (transaction) =>
    writeRetrieveClose(transaction, {
      execution: 1,
      ending: 'outage',
      endingReason: 'why',
      outcome: 'ERROR',
      report: { report },
    }),
  );

test('an execution is opened once; later attempts find it and know that it was not theirs', async () => {
  expect(await open()).toEqual({ execution: 1, created: true, closed: false, report: null, interfacePaused: false });
  expect(await open()).toEqual({ execution: 1, created: false, closed: false, report: null, interfacePaused: false });
  await close('first');
  expect(await open()).toEqual({
    execution: 1,
    created: false,
    closed: true,
    report: { report: 'first' },
    interfacePaused: false,
  });
  expect(await pages.query(`select function, trigger, overrides, settings from execution`)).toEqual([
    {
      function: 'retrieve-status',
      trigger: 'SCHEDULE',
      overrides: { fullResync: true },
      settings: { batchSplitSize: 10 },
    },
  ]);
});

test('a close finds the numbers of all pages, and the first close stands', async () => {
  const execution = await pages.open();
  await pages.write({}, { counts: { records: 5, applied: 5 } });
  await pages.write({}, { counts: { records: 2, repeated: 2 } });
  expect(await lock(execution)).toMatchObject({
    closed: false,
    ending: null,
    counts: { pages: 2, records: 7, applied: 5, older: 0, repeated: 2, skipped: 0, putAside: 0, seen: 0 },
    scheduleId: '7',
    interfaceName: 'fcx',
    organization: 'FCX',
    organizer: ORGANIZER,
  });
  await close('first');
  await close('second');
  expect(await lock(execution)).toMatchObject({
    closed: true,
    ending: 'outage',
    endingReason: 'why',
    report: { report: 'first' },
  });
  expect(await lock(execution, { ...RUN, firstRunId: 'another' })).toBeUndefined();
});

test('a run whose workflow may be lost is found, silent since its last page', async () => {
  const execution = await pages.open();
  await pages.query(`update execution set last_sign_at = now() - interval '100 s'`);
  const found = () => findOpenExecutions(pages.database);
  expect(await found()).toMatchObject([
    { execution, ...RUN, function: 'retrieve-status', scheduleId: '7', silentForSeconds: 100 },
  ]);
  await pages.write({});
  expect(await found()).toMatchObject([{ silentForSeconds: 0 }]);
});

import { findHolder } from '../../../db/queries/retrieve-status/find-holder';
import { overrideCursor } from '../../../db/queries/retrieve-status/override-cursor';
import { readStand } from '../../../db/queries/retrieve-status/read-stand';
import { takeCursor } from '../../../db/queries/retrieve-status/take-cursor';
import { inTransaction } from '../../../db/transaction';
import { free, openPages, ORGANIZER, type Pages, RUN } from './page-fixture';

let pages: Pages;
beforeAll(async () => {
  pages = await openPages('cursor');
});
beforeEach(() => pages.reset());
afterAll(() => pages.close());

const other = { namespace: 'other', workflowId: RUN.workflowId, firstRunId: 'elsewhere' };
const take = (run = RUN, attemptAtMs = 0) =>
  inTransaction(pages.database, (transaction) =>
    takeCursor(transaction, { ...run, organizer: ORGANIZER, leaseSeconds: 60, attemptAtMs }),
  );
const held = {
  taken: false,
  holder: { workflowId: RUN.workflowId, namespace: 'default', execution: '1' },
  followed: false,
};

describe('the cursor of an account', () => {
  test('is taken where nobody holds it, and held against others until it is freed', async () => {
    await pages.open();
    expect(await take()).toEqual({ taken: true, version: '1' });
    expect(await take(other)).toEqual(held);
    expect(await findHolder(pages.database, ORGANIZER)).toEqual(held.holder);
    await free(pages.database, other);
    expect(await take(other)).toEqual(held);
    await free(pages.database);
    expect(await findHolder(pages.database, ORGANIZER)).toBeUndefined();
    expect(await take(other)).toMatchObject({ taken: true });
  });

  test('is taken over when the lease is over', async () => {
    await pages.open();
    await pages.query(`update retrieve_cursor set lease_until = now()`);
    expect(await findHolder(pages.database, ORGANIZER)).toBeUndefined();
    expect(await take(other)).toMatchObject({ taken: true });
    expect(await take()).toMatchObject({ taken: false, holder: { namespace: 'other', execution: null } });
  });

  test('is taken over at once from another run of the same workflow id, for that id is unique', async () => {
    await pages.open();
    expect(await take({ ...RUN, firstRunId: 'second' })).toMatchObject({ taken: true });
    expect(await take({ ...RUN, workflowId: 'retrieve-status/x' })).toMatchObject({ taken: false });
  });

  test('is taken anew by each attempt of a run: what an earlier one has fetched is not written any more (L3)', async () => {
    await pages.open();
    expect(await take()).toEqual({ taken: true, version: '1' });
    expect(await pages.write({}, { version: '0', move: { to: 'K2' } })).toBe('moved');
    expect(await pages.write({}, { version: '1', move: { to: 'K2' } })).toBe('written');
    expect(await take()).toEqual({ taken: true, version: '3' });
  });

  test('is not taken by an attempt that was scheduled before the one that holds it: a worker that was frozen begins it on waking (L3)', async () => {
    await pages.open();
    expect(await take(RUN, 2_000)).toEqual({ taken: true, version: '1' });
    expect(await take(RUN, 1_000)).toMatchObject({ taken: false, followed: true });
    expect(await take(RUN, 2_000)).toEqual({ taken: true, version: '2' });
    expect(await take(RUN, 3_000)).toEqual({ taken: true, version: '3' });
    // Times of another run say nothing, nor does a holder whose lease is over.
    expect(await take({ ...RUN, firstRunId: 'second' }, 1_000)).toMatchObject({ taken: true });
    expect(await take({ ...RUN, firstRunId: 'second' }, 500)).toMatchObject({ followed: true });
    await pages.query(`update retrieve_cursor set lease_until = now()`);
    expect(await take({ ...RUN, firstRunId: 'second' }, 500)).toMatchObject({ taken: true });
  });

  test('is taken at once when the time of its holder lies ahead: a clock was set back meanwhile (F25)', async () => {
    await pages.open();
    const hourMs = 3_600_000;
    expect(await take(RUN, Date.now() + hourMs)).toMatchObject({ taken: true });
    expect(await take(RUN, Date.now())).toMatchObject({ taken: true });
    // Clocks of two machines differ by as much.
    expect(await take(RUN, Date.now() + 2_000)).toMatchObject({ taken: true });
    expect(await take(RUN, Date.now())).toMatchObject({ taken: false, followed: true });
  });

  test('is taken by one of ten that ask at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => take({ ...RUN, namespace: `n${i.toString()}` })),
    );
    expect(answers.filter(({ taken }) => taken)).toHaveLength(1);
  });

  test('is held for its lease, which every page renews', async () => {
    await pages.open();
    await pages.query(`update retrieve_cursor set lease_until = now() - interval '1 hour'`);
    await pages.write({});
    expect(
      await pages.query(`select lease_until between now() + interval '50 s' and now() + interval '60 s' as renewed
        from retrieve_cursor`),
    ).toEqual([{ renewed: true }]);
  });
});

describe('an operator who moves the cursor', () => {
  const override = (confirmed: string, execution = 0) =>
    inTransaction(pages.database, (transaction) =>
      overrideCursor(transaction, { ...RUN, execution, organizer: ORGANIZER, to: 'K1', confirmed }),
    );
  const key = () => pages.query(`select pagination_key, version from retrieve_cursor`);

  test('is refused where it stands elsewhere by now, and told where', async () => {
    await pages.open();
    await pages.write({}, { version: '0', move: { to: 'K9' } });
    expect(await override('K8')).toEqual({ overridden: false, present: 'K9' });
    expect(await key()).toEqual([{ pagination_key: 'K9', version: '1' }]);
  });

  test('moves it and its version, so that a page fetched before is not written', async () => {
    await pages.open();
    expect(await override('')).toEqual({ overridden: true, from: '' });
    expect(await key()).toEqual([{ pagination_key: 'K1', version: '1' }]);
    expect(await pages.write({}, { version: '0', move: { to: 'K2' } })).toBe('moved');
    expect(await key()).toEqual([{ pagination_key: 'K1', version: '1' }]);
  });

  test('leaves the key that stood there with the run that moved it, and none where it was refused', async () => {
    const execution = await pages.open();
    await pages.write({}, { version: '0', move: { to: 'K9' } });
    const left = () => pages.query(`select overrides ->> 'leftCursor' as left from execution`);
    await override('K8', execution);
    expect(await left()).toEqual([{ left: null }]);
    await override('K9', execution);
    expect(await left()).toEqual([{ left: 'K9' }]);
  });

  test('needs the run that holds it', async () => {
    await pages.open();
    await free(pages.database);
    await expect(override('')).rejects.toThrow('holds a cursor');
  });
});

test('where a run stands says what it asks before a page: cursor, numbers, pauses, connection', async () => {
  const execution = await pages.open();
  await pages.write({}, { version: '0', move: { to: 'K1' }, counts: { records: 3, applied: 2, older: 1 } });
  const identity = { execution, ...RUN };
  expect(await readStand(pages.database.kysely, identity)).toEqual({
    organizer: ORGANIZER,
    paginationKey: 'K1',
    version: '1',
    held: true,
    closed: false,
    ending: null,
    endingReason: null,
    paused: false,
    organizerPaused: false,
    interfacePaused: false,
    closedForMs: 0,
    counts: { pages: 1, records: 3, applied: 2, older: 1, repeated: 0, skipped: 0, putAside: 0, seen: 0 },
    settings: {},
    overrides: {},
    interfaceId: '1',
    interfaceName: 'fcx',
    organizationId: '1',
    scheduleId: '7',
    url: 'http://127.0.0.1:1/organizer/tickets',
    apiKeyReference: { file: '/nowhere' },
    connectedOrganizer: ORGANIZER,
    uploadPosition: 0,
  });
  await pages.query(`update execution set paused_at = now(), ending = 'operator', ending_reason = 'why'`);
  await pages.query(`update organizer_gate set paused = true, not_before = now() + interval '1 minute'`);
  await free(pages.database);
  const stand = await readStand(pages.database.kysely, identity);
  expect(stand).toMatchObject({
    held: false,
    paused: true,
    organizerPaused: true,
    ending: 'operator',
    endingReason: 'why',
  });
  expect(stand?.closedForMs).toBeGreaterThan(50_000);
  expect(await readStand(pages.database.kysely, { ...identity, firstRunId: 'another' })).toBeUndefined();
});

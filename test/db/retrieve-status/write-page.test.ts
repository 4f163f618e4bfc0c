import { addTickets } from '../../helpers/engine-seed';
import { created, everything, full, readState } from './full-page';
import { openPages, type Pages, toRecord } from './page-fixture';

let pages: Pages;
beforeAll(async () => {
  pages = await openPages('write-page');
});
beforeEach(async () => {
  await pages.reset();
  await addTickets(pages.database.pool, 1, 4);
});
afterAll(() => pages.close());

const state = () => readState(pages);

test('a page writes all that follows from its records, with the cursor and the numbers', async () => {
  await pages.open();
  expect(await pages.write(full, { counts: { records: 4, applied: 3, putAside: 1, seen: 1 } })).toBe('written');
  const counts = { pages: 1, records: 4, applied: 3, putAside: 1, seen: 1 };
  expect(await state()).toMatchObject({ ...everything, counts });
  expect(
    await pages.query(`select owner, holder, details, activation, deletion, transfer_level, changed_at
      from mobile_ticket where ticket_id = 1`),
  ).toEqual([
    {
      owner: { o: 1 },
      holder: { h: 1 },
      details: { d: 1 },
      activation: { a: 1 },
      deletion: { x: 1 },
      transfer_level: 1,
      changed_at: '2026-11-20 10:00:02+00',
    },
  ]);
  expect(
    await pages.query(`select record->'transfer'->'to'->>'email' as email, execution_id
    from mobile_ticket_history where change_number = 2`),
  ).toEqual([{ email: 'ben@example.org', execution_id: '1' }]);
});

test('what a record does not tell of a ticket, or tells as null, is empty', async () => {
  await pages.open();
  await pages.write({ current: [toRecord(1, { json: '{"holder": null, "deletion": {}}' })] });
  expect(
    await pages.query(`select owner, holder, details, activation, deletion, transfer_level from mobile_ticket`),
  ).toEqual([{ owner: null, holder: null, details: null, activation: null, deletion: {}, transfer_level: null }]);
});

test('the same effects once more change nothing but cursor and numbers', async () => {
  await pages.open();
  await pages.write(full);
  const { createContacts: _, ...again } = full;
  const known = { contactId: created };
  const rows = again.distribution?.map(({ ticketId, rows: planned }) => ({
    ticketId,
    rows: planned.map((row) => ({ ...row, newContact: known })),
  }));
  const versions = `select (select array_agg(xmin::text order by id) from ticket) as tickets,
    (select array_agg(xmin::text) from processed) as marks, (select array_agg(xmin::text order by ticket_id) from mobile_ticket) as mobile,
    (select array_agg(id || xmin::text) from distribution) as distribution, (select array_agg(xmin::text) from put_aside) as aside`;
  const before = await pages.query(versions);
  await pages.write({ ...again, owners: [{ ticketId: '1', contact: known }], distribution: rows ?? [] });
  expect(await state()).toMatchObject({ ...everything, cursor: 'next 2', counts: { pages: 2 } });
  expect(await pages.query(versions)).toEqual(before);
});

describe('history and current state', () => {
  test('the first record of a change number stands', async () => {
    await pages.open();
    await pages.write({ history: [toRecord(1)] });
    await pages.write({ history: [toRecord(1, { status: 'DELETED' }), toRecord(2)] });
    expect(await state()).toMatchObject({ history: ['1:1 DOWNLOADED', '1:2 DOWNLOADED'] });
  });

  test('a newer change replaces all of it, with nothing where it tells nothing (domain.md 8.3)', async () => {
    await pages.open();
    const parts = { spectatorDetails: { o: 1 }, holder: { h: 1 }, ticketDetails: { main: [], extra: [] } };
    const json = JSON.stringify({ ...parts, activation: { a: 1 }, deletion: { x: 1 } });
    await pages.write({ current: [toRecord(5, { json, transferLevel: 3 })] });
    const current = () =>
      pages.query(`select status, owner, holder, details, activation, deletion, transfer_level as level, changed_at as at
        from mobile_ticket`);
    const [owner, holder, details] = [parts.spectatorDetails, parts.holder, parts.ticketDetails];
    const told = { owner, holder, details, activation: { a: 1 }, deletion: { x: 1 }, level: 3 };
    expect(await current()).toEqual([{ status: 'DOWNLOADED', ...told, at: '2026-11-20 10:00:05+00' }]);
    await pages.write({ current: [toRecord(6, { status: 'CONTROLLED' })] });
    const none = { owner: null, holder: null, details: null, activation: null, deletion: null, level: null };
    expect(await current()).toEqual([{ status: 'CONTROLLED', ...none, at: '2026-11-20 10:00:06+00' }]);
  });

  test('an older change never replaces the current state', async () => {
    await pages.open();
    await pages.write({ current: [toRecord(5, { status: 'DELETED' })] });
    await pages.write({ current: [toRecord(4)] });
    expect(await state()).toMatchObject({ mobile: { 1: 'DELETED 5' } });
  });
});

describe('a ticket seen in the wallet without a mark', () => {
  test('is marked by its kind and printed, and what a run knew of it is settled', async () => {
    await pages.open();
    await pages.query(`update ticket set kind = 'CARD' where id = 2; update ticket set status = 'PRINTED' where id = 3;
      update ticket set status = 'CANCELLED' where id = 4;
      insert into ticket_outcome (ticket_id, function, execution_id, outcome, code) select i, 'inject-tickets', 1, 'UNKNOWN', 'X'
      from generate_series(1, 4) as i`);
    await pages.write({ seen: ['1', '2', '3', '4'] });
    expect(await state()).toMatchObject({
      marks: {
        1: 'inject-tickets 1 club',
        2: 'inject-privileges 1 club',
        3: 'inject-tickets 1 club',
        4: 'inject-tickets 1 club',
      },
      tickets: { 1: 'PRINTED 1 1', 2: 'PRINTED 1 1', 3: 'PRINTED 1 1', 4: 'CANCELLED 1 1' },
    });
    expect(await pages.query(`select from ticket_outcome`)).toEqual([]);
    expect(await pages.query(`select id from ticket where printed_at is not null order by id`)).toEqual([
      { id: '1' },
      { id: '2' },
    ]);
  });

  test('keeps a mark that an injection wrote meanwhile', async () => {
    await pages.open();
    await pages.query(`insert into processed (ticket_id, function, version, organizer, execution_id, sent_at)
      values (1, 'inject-tickets', 3, 'club', 77, now())`);
    await pages.write({ seen: ['1'] });
    expect(await pages.query(`select version, execution_id from processed`)).toEqual([
      { version: 3, execution_id: '77' },
    ]);
  });
});

test('the distribution of a ticket becomes exactly the given rows; rows that stay keep their number, other tickets keep theirs', async () => {
  await pages.open();
  const row = {
    oldContact: { contactId: '1' },
    newContact: null,
    status: 'PENDING',
    changedAt: '2026-11-20T10:00:00Z',
  } as const;
  await pages.write({
    distribution: [
      {
        ticketId: '1',
        rows: [
          { ...row, firstChangeNumber: 1 },
          { ...row, firstChangeNumber: 5 },
        ],
      },
      { ticketId: '2', rows: [{ ...row, firstChangeNumber: 2 }] },
    ],
  });
  const ids = () =>
    pages.query(
      `select id, ticket_id, first_change_number, status from distribution order by ticket_id, first_change_number`,
    );
  const [kept, , others] = await ids();
  await pages.write({
    distribution: [
      {
        ticketId: '1',
        rows: [
          { ...row, firstChangeNumber: 1, status: 'CANCELLED' },
          { ...row, firstChangeNumber: 3 },
        ],
      },
    ],
  });
  const after = await ids();
  expect(after).toEqual([
    { ...kept, status: 'CANCELLED' },
    expect.objectContaining({ first_change_number: '3' }),
    others,
  ]);
  await pages.write({ distribution: [{ ticketId: '1', rows: [] }] });
  expect(await ids()).toEqual([others]);
});

describe('a record put aside', () => {
  test('is kept once per account', async () => {
    await pages.open();
    const put = full.putAside ?? [];
    await pages.write({ putAside: put });
    await pages.write({
      putAside: [
        ...put.map((record) => ({ ...record, problem: 'other' })),
        { identity: 'hash 1', ticketId: null, reason: 'INVALID', problem: 'no object', json: '7' },
      ],
    });
    expect(await state()).toMatchObject({ aside: [...everything.aside, 'club hash 1 INVALID no object 7 1 f'] });
  });

  test('is kept instead of one that cannot be applied, when its ticket is skipped; a kept one gets its true reason', async () => {
    await pages.open();
    const put = { identity: 'change 9 of ticket 99', ticketId: '99', problem: 'other', json: '{}' } as const;
    await pages.write(full);
    const aside = async () => (await state())?.aside;
    await pages.write({ putAside: [{ ...put, reason: 'SKIPPED' }] });
    expect(await aside()).toEqual(['club change 9 of ticket 99 99 SKIPPED other {} 1 f']);
    await pages.write({ putAside: [{ ...put, reason: 'INVALID', problem: 'path' }] });
    expect(await aside()).toEqual(['club change 9 of ticket 99 99 INVALID path {} 1 f']);
    await pages.query(`update put_aside set applied_at = now()`);
    await pages.write({ putAside: [{ ...put, reason: 'SKIPPED' }] });
    expect(await aside()).toEqual(['club change 9 of ticket 99 99 SKIPPED other {} 1 f']);
  });

  test('of the number of a change that the same page writes is put aside all the same', async () => {
    await pages.open();
    const put = { identity: 'change 9 of ticket 3', ticketId: '3', problem: 'path', json: '{}' } as const;
    await pages.write({ putAside: [{ ...put, reason: 'SKIPPED' }] });
    const history = [toRecord(9, { ticketId: '3' })];
    expect(await pages.write({ history, putAside: [{ ...put, reason: 'INVALID' }] })).toBe('written');
    expect((await state())?.aside).toEqual(['club change 9 of ticket 3 3 INVALID path {} 1 f']);
  });

  test('is done when its change comes again and can be applied', async () => {
    await pages.open();
    await pages.write(full);
    await pages.query(`update put_aside set identity = 'change 9 of ticket 3', ticket_id = '3'`);
    await pages.write({ history: [toRecord(9, { ticketId: '3' })] });
    expect(await state()).toMatchObject({
      aside: ['club change 9 of ticket 3 3 UNKNOWN_TICKET p {"changeNumber": 9} 1 t'],
    });
  });

  test('waits on when a change of its number comes for another ticket', async () => {
    await pages.open();
    await pages.write(full);
    await pages.write({ history: [toRecord(9, { ticketId: '3' })] });
    expect(await state()).toMatchObject({
      aside: ['club change 9 of ticket 99 99 UNKNOWN_TICKET p {"changeNumber": 9} 1 f'],
    });
  });
});

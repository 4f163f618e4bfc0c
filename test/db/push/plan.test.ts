import { openRun } from '../../helpers/engine-run';
import { addSchedule, addTickets, setParameters } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('plan');
});
beforeEach(() => engine.reset());
afterAll(() => engine.close());

const batches = async () =>
  (
    await engine.query<{ tickets: string[] }>(
      `select ticket_ids::text[] as tickets from execution_batch where execution_id = (select max(id) from execution) order by batch`,
    )
  ).map(({ tickets }) => tickets);
const planned = async () => (await batches()).flat();
const ids = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => String(first + i));

/** What an earlier run left on a ticket; `minutesAgo` undefined: it was not attempted. */
const leave = (ticket: number, outcome: string, minutesAgo?: number) =>
  engine.query(
    `insert into ticket_outcome (ticket_id, function, execution_id, outcome, code, attempted_at)
     values ($1, 'inject-tickets', 99, $2, 'X', now() - make_interval(mins => $3))`,
    [ticket, outcome, minutesAgo ?? null],
  );

describe('what is due', () => {
  test('nothing in an empty database', async () => {
    expect(await openRun(engine).plan()).toMatchObject({ tickets: 0, batches: 0, last: true });
    expect(await batches()).toEqual([]);
  });

  test('NOT_PRINTED tickets of the organization that nobody delivered, in batches, numbered in order', async () => {
    await addTickets(engine.database.pool, 1, 120);
    expect(await openRun(engine).plan()).toMatchObject({ tickets: 120, batches: 3, last: true });
    expect(await batches()).toEqual([ids(1, 50), ids(51, 100), ids(101, 120)]);
  });

  test.each<[string, string]>([
    ['printed', `update ticket set status = 'PRINTED' where id = 2`],
    ['cancelled', `update ticket set status = 'CANCELLED' where id = 2`],
    ['a card', `update ticket set kind = 'CARD' where id = 2`],
    [
      'delivered',
      `insert into processed (ticket_id, function, organizer, execution_id, sent_at) values (2, 'inject-tickets', 'club', 99, now())`,
    ],
    ['on the skip list', `insert into skip (schedule_id, ticket_id, reason, added_by) values (1, 2, 'r', 'me')`],
    ['claimed by another run', `insert into claim (ticket_id, execution_id) values (2, 99)`],
  ])('not a ticket that is %s', async (_what, change) => {
    await addTickets(engine.database.pool, 1, 3);
    await engine.query(change);
    await openRun(engine).plan();
    expect(await planned()).toEqual(['1', '3']);
  });

  test('a mark or a skip of another function or schedule is none of this one', async () => {
    await addTickets(engine.database.pool, 1, 2);
    await addSchedule(engine.database.pool, { id: 2, name: 'other', interface: 1 });
    await engine.query(`insert into processed (ticket_id, function, organizer, execution_id, sent_at) values (1, 'push-cancelled', 'club', 99, now());
      insert into skip (schedule_id, ticket_id, reason, added_by) values (2, 2, 'r', 'me')`);
    await openRun(engine).plan();
    expect(await planned()).toEqual(['1', '2']);
  });

  test('the product filter', async () => {
    await engine.query(
      `insert into product (id, organization_id, code, name, family) values (2, 1, 'CUP', 'Cup', 'COMPETITION')`,
    );
    await addTickets(engine.database.pool, 1, 4);
    await engine.query(`update ticket set product_id = 2, performance_id = null where id in (2, 3)`);
    await engine.query(`update schedule set settings = settings || '{"filters": {"product": ["CUP"]}}'`);
    await openRun(engine).plan();
    expect(await planned()).toEqual(['2', '3']);
  });
});

describe('the order of a plan (domain.md 5.6)', () => {
  test('UNKNOWN first, then never tried, then by last attempt, then id', async () => {
    await addTickets(engine.database.pool, 1, 10);
    await leave(8, 'UNKNOWN', 5);
    await leave(3, 'UNKNOWN', 1);
    await leave(1, 'NOT_TRIED', 10);
    await leave(2, 'NOT_TRIED', 30);
    await leave(6, 'REFUSED', 20);
    await leave(7, 'NOT_TRIED');
    await leave(9, 'SKIPPED');
    await openRun(engine).plan();
    expect(await planned()).toEqual(['3', '8', '4', '5', '7', '9', '10', '2', '6', '1']);
  });

  test('tickets refused by themselves take at most one call, the longest untried ones; others behind them are not held back', async () => {
    await setParameters(engine.database.pool, { ticketIterationSize: 5 });
    await addTickets(engine.database.pool, 1, 30);
    for (let id = 1; id <= 20; id += 1) await leave(id, 'REFUSED', 100 - id);
    for (let id = 21; id <= 25; id += 1) await leave(id, 'NOT_TRIED', 10);
    await openRun(engine).plan();
    expect(await planned()).toEqual([...ids(26, 30), ...ids(1, 5), ...ids(21, 25)]);
  });

  test('a refusal of another function does not count as one of this', async () => {
    await setParameters(engine.database.pool, { ticketIterationSize: 2 });
    await addTickets(engine.database.pool, 1, 4_003);
    await engine.query(`insert into ticket_outcome (ticket_id, function, execution_id, outcome, code, attempted_at)
      select i, 'push-cancelled', 98, 'REFUSED', 'X', now() - interval '1 hour' from generate_series(1, 4000) i`);
    await engine.query(`insert into ticket_outcome (ticket_id, function, execution_id, outcome, code, attempted_at)
      select i, 'inject-tickets', 98, 'NOT_TRIED', 'X', now() - interval '2 hours' from generate_series(1, 4000) i`);
    await engine.query(`insert into ticket_outcome (ticket_id, function, execution_id, outcome, code, attempted_at)
      values (4001, 'inject-tickets', 98, 'REFUSED', 'X', now() - interval '1 minute'), (4002, 'inject-tickets', 98, 'REFUSED', 'X', now() - interval '1 minute')`);
    const run = openRun(engine);
    expect(await run.plan()).toMatchObject({ tickets: 4_000, last: false });
    expect(await run.plan()).toMatchObject({ tickets: 3, last: true });
  });

  test('batch size: at most so many, over all slices', async () => {
    await addTickets(engine.database.pool, 1, 4_600);
    await engine.query(`update schedule set batch_size = 4500`);
    const run = openRun(engine);
    expect(await run.plan()).toMatchObject({ tickets: 4_000, batches: 80, firstBatch: 0, last: false });
    expect(await run.plan()).toMatchObject({ tickets: 500, batches: 10, firstBatch: 80, last: true });
    expect((await planned()).length).toBe(4_500);
  });

  test('batch size: what another run holds leaves its place to what nobody holds', async () => {
    await addTickets(engine.database.pool, 1, 9);
    await leave(1, 'UNKNOWN', 3);
    await leave(2, 'NOT_TRIED', 1);
    await engine.query(`update schedule set batch_size = 3`);
    await engine.query(`insert into claim (ticket_id, execution_id) select i, 99 from generate_series(1, 4) as i`);
    await openRun(engine).plan();
    expect(await planned()).toEqual(ids(5, 7));
  });

  test('a later slice goes on behind the one before, through all classes, and takes nobody twice', async () => {
    await addTickets(engine.database.pool, 1, 8_200);
    await engine.query(`insert into ticket_outcome (ticket_id, function, execution_id, outcome, code, attempted_at)
      select i, 'inject-tickets', 99, case when i <= 4100 then 'UNKNOWN' else 'NOT_TRIED' end, 'X', now() - interval '1 hour'
      from generate_series(1, 6000) i`);
    const run = openRun(engine);
    expect(await run.plan()).toMatchObject({ tickets: 4_000, last: false });
    expect(await run.plan()).toMatchObject({ tickets: 4_200, last: true });
    const all = await planned();
    expect(new Set(all).size).toBe(8_200);
    expect(all.slice(0, 4_100)).toEqual(ids(1, 4_100));
    expect(all.slice(4_100, 6_300)).toEqual(ids(6_001, 8_200));
  });

  test.each([
    [
      'has a mark',
      `insert into processed (ticket_id, function, organizer, execution_id, sent_at)
       values (4001, 'inject-tickets', 'club', 99, now())`,
    ],
    ['is claimed by another run', `insert into claim (ticket_id, execution_id) values (4001, 99)`],
  ])('a later slice leaves out the very next ticket when it %s', async (_what, change) => {
    await addTickets(engine.database.pool, 1, 4_002);
    await engine.query(`update schedule set batch_size = 4001`);
    await engine.query(change);
    const run = openRun(engine);
    await run.plan();
    expect(await run.plan()).toMatchObject({ tickets: 1 });
    expect((await planned()).at(-1)).toBe(ids(4_002, 4_002)[0]);
  });

  test('tickets above the highest id of the start are left to the next run', async () => {
    await addTickets(engine.database.pool, 1, 4_000);
    const run = openRun(engine);
    await run.plan();
    await addTickets(engine.database.pool, 4_001, 4_010);
    expect(await run.plan()).toMatchObject({ tickets: 0, last: true });
  });

  test('a plan keeps the version of each mark and who was tried before', async () => {
    await addTickets(engine.database.pool, 1, 3);
    await leave(3, 'UNKNOWN', 1);
    await engine.query(`insert into processed (ticket_id, function, organizer, execution_id, sent_at, version)
      values (2, 'inject-tickets', 'club', 99, now(), 4)`);
    await openRun(engine, { force: 'id:1,id:2,id:3' }).plan();
    expect(
      await engine.query(`select ticket_ids::text[] as ids, mark_versions as versions from execution_batch`),
    ).toEqual([{ ids: ['1', '2', '3'], versions: [0, 4, 0] }]);
  });
});

describe('named tickets', () => {
  test.each(['NOT_PRINTED', 'PRINTED'])('force takes a ticket that is %s', async (status) => {
    await addTickets(engine.database.pool, 1, 2);
    await engine.query(`update ticket set status = $1 where id = 2`, [status]).catch(() => undefined);
    await openRun(engine, { force: 'N2' }).plan();
    expect(await planned()).toEqual(['2']);
  });

  test('force lists what it cannot take at positions below zero, and counts numbers that name nobody', async () => {
    await addTickets(engine.database.pool, 1, 5);
    await engine.query(`update ticket set status = 'CANCELLED' where id = 2; update ticket set kind = 'CARD' where id = 3;
      insert into claim values (4, 77)`);
    const slice = await openRun(engine, { force: 'N1,N2,id:3,id:4,N99,id:98' }).plan();
    expect(slice).toMatchObject({ tickets: 4, batches: 1, last: true });
    expect(await planned()).toEqual(['1']);
    expect(
      await engine.query(`select position, ticket_id, outcome, code from execution_ticket order by position desc`),
    ).toEqual([
      { position: -1, ticket_id: '2', outcome: 'SKIPPED', code: 'NOT_ELIGIBLE' },
      { position: -2, ticket_id: '3', outcome: 'SKIPPED', code: 'NOT_ELIGIBLE' },
      { position: -3, ticket_id: '4', outcome: 'SKIPPED', code: 'CLAIMED' },
    ]);
    expect(await engine.query(`select overrides ->> 'unknownForced' as unknown, planned from execution`)).toEqual([
      { unknown: '2', planned: 4 },
    ]);
  });

  test('again takes what an earlier run left NOT_TRIED, REFUSED or SIMULATED and is still due', async () => {
    await addTickets(engine.database.pool, 1, 6);
    const first = openRun(engine);
    await first.plan();
    await first.close('operator');
    await engine.query(
      `update execution_undelivered set outcome = (array['NOT_TRIED', 'REFUSED', 'SIMULATED', 'UNKNOWN', 'SKIPPED', 'NOT_TRIED'])[ticket_id]`,
    );
    await engine.query(`update ticket set status = 'CANCELLED' where id = 6`);
    await addTickets(engine.database.pool, 7, 9);
    await openRun(engine, { again: 1 }).plan();
    expect(await planned()).toEqual(['1', '2', '3']);
  });
});

describe('claims', () => {
  test('a ticket is in one open run only, over all schedules, however many plan at once', async () => {
    await addTickets(engine.database.pool, 1, 1_000);
    for (let id = 2; id <= 6; id += 1)
      await addSchedule(engine.database.pool, { id, name: `s${String(id)}`, interface: 1 });
    const runs = ['inject', 's2', 's3', 's4', 's5', 's6'].map((name) => openRun(engine, { schedule: `fcx/${name}` }));
    const slices = await Promise.all(runs.map((run) => run.plan()));
    expect(slices.reduce((sum, { tickets }) => sum + tickets, 0)).toBe(1_000);
    const all = await engine.query<{ id: string }>(`select unnest(ticket_ids) as id from execution_batch`);
    expect(new Set(all.map(({ id }) => id)).size).toBe(1_000);
    expect(await engine.query(`select count(*)::integer from claim`)).toEqual([{ count: 1_000 }]);
  });

  test('a simulation keeps nothing from a real run', async () => {
    await addTickets(engine.database.pool, 1, 10);
    await openRun(engine, { simulate: true }).plan();
    expect(await openRun(engine).plan()).toMatchObject({ tickets: 10 });
  });
});

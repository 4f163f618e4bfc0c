import type { KyselyPlugin } from 'kysely';
import type { World } from '../../../activities/world';
import { retried } from '../../helpers/engine-run';
import { type Engine, openEngine } from '../../helpers/engine-world';
import {
  askedKeys,
  cursorOf,
  expectAllRead,
  fetchedAgain,
  openReading,
  type Reading,
  seedReading,
} from '../../helpers/reading';
import { until } from '../../helpers/until';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('retrieve-ahead');
});
afterEach(() => engine.reset());
afterAll(() => engine.close());

/** Sessions of this database that hold a transaction open and wait for the program to go on. */
async function countIdle(): Promise<number> {
  const [row] = await engine.query<{ idle: number }>(
    `select count(*)::integer as idle from pg_stat_activity where datname = current_database() and state = 'idle in transaction'
      and query like '%wallet_contact_data%'`,
  );
  return row?.idle ?? 0;
}

/** Keeps pages from being written until `meanwhile` is over; gives what the attempt ends with. */
async function holdingWrites(meanwhile: () => Promise<void>, reading: Pick<Reading, 'pages'>) {
  const blocker = await engine.database.pool.connect();
  try {
    await blocker.query('begin');
    await blocker.query('lock table mobile_ticket_history in exclusive mode');
    const pages = reading.pages();
    await until('the next page is loaded', async () => (await countIdle()) === 1);
    await meanwhile();
    await blocker.query('commit');
    return await pages;
  } finally {
    blocker.release();
  }
}

test('the next page is loaded while the present one is written, and ends as if it had been loaded after it', async () => {
  await seedReading(engine, { tickets: 5, records: 40, split: 20 });
  const reading = openReading(engine);
  await reading.open();
  const atStart = async () => {
    await expect(cursorOf(engine)).resolves.toBe('');
  };
  await expect(holdingWrites(atStart, reading)).resolves.toMatchObject({ stopped: 'done', counts: { records: 40 } });
  await expectAllRead(engine);
});

test('where another transaction has an e-mail of the page before, the next one is loaded anew and nothing is lost', async () => {
  await seedReading(engine, { tickets: 2, records: 40, split: 20 });
  const { records } = await engine.admin.changes();
  const emails = new Set(records.flatMap(({ transfer }) => transfer?.to.email?.toLowerCase() ?? []));
  const other = await engine.database.pool.connect();
  let locked: Promise<unknown> = Promise.resolve();
  try {
    await other.query('begin');
    const reading = openReading(engine);
    await reading.open();
    const ended = holdingWrites(async () => {
      // Waits for the page that is being written, and has the locks the moment that one is committed.
      locked = other.query(
        `select pg_advisory_xact_lock(hashtextextended('contact ' || e, 0)) from unnest($1::text[]) as e order by hashtextextended('contact ' || e, 0)`,
        [[...emails]],
      );
      await until('the other waits', async () => {
        const waiting = await engine.query(`select from pg_locks where locktype = 'advisory' and not granted`);
        return waiting.length === 1;
      });
    }, reading);
    await until('the first page is there', async () => (await cursorOf(engine)) !== '');
    await locked;
    await until('the next page waits for the other', async () => {
      const waiting = await engine.query(`select from pg_locks where locktype = 'advisory' and not granted`);
      return waiting.length === 1;
    });
    await other.query('commit');
    await expect(ended).resolves.toMatchObject({ stopped: 'done', counts: { records: 40 } });
  } finally {
    other.release();
  }
  await expectAllRead(engine);
  expect(await fetchedAgain(engine)).toBe(0);
});

test('a run that stops in between leaves no page open', async () => {
  await seedReading(engine, { tickets: 5, records: 60, split: 20 });
  const reading = openReading(engine);
  await reading.open();
  const stop = () => reading.setState('stopping');
  await expect(holdingWrites(stop, reading)).resolves.toMatchObject({ stopped: 'ending' });
  expect(await countIdle()).toBe(0);
  await expect(reading.close('operator')).resolves.toMatchObject({ records: 20 });
});

test('a page that was loaded ahead and does not come to be written is not left open: its connection would never come back', async () => {
  await seedReading(engine, { tickets: 5, records: 60, split: 20 });
  const reading = openReading(engine);
  await reading.open();
  const { pool } = engine.worker.database;
  const worker = losingDatabaseAtKey(2);
  const ended = holdingWrites(() => Promise.resolve(), { pages: () => reading.pages({ worker }) });
  await expect(ended).rejects.toMatchObject({ type: 'DATABASE_AWAY' });
  expect(await countIdle()).toBe(0);
  expect(pool.idleCount).toBe(pool.totalCount);
  await expect(reading.pages()).resolves.toMatchObject({ stopped: 'done', counts: { records: 60 } });
  await expectAllRead(engine);
});

test('contacts that S-360 merges after a page was loaded end no run: the next attempt loads the page anew', async () => {
  await seedReading(engine, { tickets: 5, split: 20 });
  const ticketIds = ['1', '2', '3', '4', '5'];
  await engine.admin.records({ count: 20, ticketIds, transfers: 0 });
  await engine.admin.records({ count: 20, ticketIds, transfers: 1 });
  const reading = openReading(engine);
  await reading.open();
  const merge = async () => {
    await engine.query(`insert into contact (id, first_name, last_name) values (2, 'Ana', 'Ruiz')`);
    await engine.query(
      'update ticket set purchaser_id = 2, initial_contact_id = 2, current_contact_id = 2, beneficiary_id = 2',
    );
    await engine.query('delete from contact where id = 1');
  };
  let next = () => holdingWrites(merge, reading);
  const last = retried(() => {
    const attempt = next;
    next = () => reading.pages();
    return attempt();
  });
  await expect(last).resolves.toMatchObject({ stopped: 'done', counts: { records: 40 } });
  expect(await engine.query('select from distribution where old_contact_id = 2')).not.toHaveLength(0);
});

test('F21: a page ahead that answers with the key of the page that is still being written leads back to nothing', async () => {
  await seedReading(engine, { tickets: 5, records: 100, split: 20, batchSize: 20 });
  await openReading(engine).toEnd();
  await engine.query('update schedule set batch_size = null');
  const present = await cursorOf(engine);
  const reading = openReading(engine);
  await reading.open();
  const pages = reading.pages({ worker: answeringKey(2, present) });
  await expect(pages).resolves.toMatchObject({ stopped: 'done', counts: { records: 100, repeated: 20 } });
  expect((await askedKeys(engine)).filter((key) => key === present)).toHaveLength(1);
});

/** A worker to which TIXNGO gives this pagination key in its n-th answer. */
function answeringKey(n: number, paginationKey: string): World {
  let answers = 0;
  const openTixngo: World['openTixngo'] = (connection) => {
    const client = engine.worker.openTixngo(connection);
    const diff: typeof client.diff = async (call) => {
      const answer = await client.diff(call);
      answers += 1;
      return answers === n && answer.kind === 'page' ? { ...answer, page: { ...answer.page, paginationKey } } : answer;
    };
    return { ...client, diff };
  };
  return { ...engine.worker, openTixngo };
}

/** A worker that loses the database when it asks for the n-th time whether a key was asked for before: between the load of that page and its write. */
function losingDatabaseAtKey(n: number): World {
  let asked = 0;
  const losing: KyselyPlugin = {
    transformQuery: ({ node }) => {
      if (JSON.stringify(node).includes('from asked_key')) asked += 1;
      if (asked === n) throw Object.assign(new Error('terminating connection'), { code: '57P01' });
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  };
  const { database, ...rest } = engine.worker;
  return { ...rest, database: { ...database, kysely: database.kysely.withPlugin(losing) } };
}

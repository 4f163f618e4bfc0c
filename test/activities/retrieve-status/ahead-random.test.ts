import { randomInt } from 'node:crypto';
import type { World } from '../../../activities/world';
import { parseDiffPage } from '../../../core/messages/parse-diff-page';
import { addClub, addTickets, setParameters } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';
import { openReading, seedReading } from '../../helpers/reading';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('retrieve-random');
});
afterEach(() => engine.reset());
afterAll(() => engine.close());

/** Others at each run; a seed that failed is put here instead. */
const firstSeed = randomInt(1_000_000);
const seeds = [firstSeed, firstSeed + 1, firstSeed + 2];

type Choose = <Item>(items: readonly Item[]) => Item;

/** The same numbers for the same seed (mulberry32). */
function openLuck(seed: number): Choose {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return (items) => {
    const item = items[Math.floor(next() * items.length)];
    if (item === undefined) throw new Error('Nothing to choose from');
    return item;
  };
}

/** Ana was sold the tickets; Pat is temporary, Rex has two contacts; two e-mails are written in several ways, and Postgres has its own lower case. */
const people = ['ana.ruiz', 'ANA.ruiz', 'pat', 'rex', 'Rex', 'new', 'New', 'İnci', 'inci', 'ΝΙΚΟΣ', 'νικοσ', 'else'];
/** Of the club, of another one, on a skip list, of which nothing is known; and of a club that switched distribution off. */
const tickets = ['1', '2', '3', '3', '11', '4', '99', '21'];
const statuses = [
  ...Array<string>(4).fill('PENDING_TRANSFER'),
  ...Array<string>(4).fill('TRANSFERRED'),
  'FAILURE',
  'FAILURE_TRANSFER',
  'DOWNLOADED',
  'CONTROLLED',
  'VAPORIZED',
];

function toRecords(pick: Choose): readonly unknown[] {
  const toEmail = () => (pick([1, 2, 3, 4, 5]) === 1 ? undefined : `${pick(people)}@example.org`);
  const records = Array.from({ length: 50 }, (_, index) => {
    const firstName = pick(['A', 'B', 'C', '']);
    return {
      changeNumber: index + 1,
      changedAt: `2026-11-20T10:00:${index.toString().padStart(2, '0')}Z`,
      ticketId: pick(tickets),
      status: pick(statuses),
      ...(pick([true, true, false]) ? { spectatorDetails: { firstName, email: toEmail() } } : {}),
      ...(pick([true, true, true, false])
        ? { transfer: { from: { email: toEmail() }, to: { email: toEmail() }, direction: 'OUTGOING' } }
        : {}),
    };
  });
  // Some come late, some come again.
  const late = records.flatMap((record, index) => ({ record, at: index + pick([0, 0, 0, 0.5, 3, 8, 25]) }));
  const again = records.flatMap((record, index) =>
    pick([0, 0, 0, 0, 1, 2, 3]) > 0 ? [{ record, at: index + pick([1, 2, 4, 20]) }] : [],
  );
  return [...late, ...again].sort((left, right) => left.at - right.at).map(({ record }) => record);
}

async function seed(pick: Choose, options: { readonly split: number; readonly batchSize?: number }): Promise<void> {
  await seedReading(engine, { tickets: 4, ...options });
  await addClub(engine.database.pool, { id: 3, name: 'other' });
  await addClub(engine.database.pool, { id: 4, name: 'third' });
  await addTickets(engine.database.pool, 11, 11);
  await addTickets(engine.database.pool, 21, 21);
  await engine.query(`insert into contact (id, first_name, last_name, email, has_internet_account, kind) values
    (2, 'Pending', 'CREATION', 'PAT@example.org', false, 'INDIVIDUAL'), (3, 'Rex', 'One', 'rex@example.org', false, 'RELAY'),
    (4, 'Rex', 'Two', 'REX@example.org', true, 'INDIVIDUAL')`);
  await engine.query(`update ticket t set organization_id = w.club, product_id = w.club, performance_id = null
    from (values (11, 3), (21, 4)) as w(id, club) where w.id = t.id`);
  await engine.query(`update ticket set initial_contact_id = case id when 2 then 2 when 3 then null else 1 end`);
  await engine.query(`update schedule set settings = jsonb_set(settings, '{skip,ids}', '["4"]') where id = 2`);
  await engine.query(
    `update interface set parameters = parameters || '{"distributeToCulturalContact": false}' where id = 4`,
  );
  if (pick([1, 2, 3, 4]) === 1) await setParameters(engine.database.pool, { distributeToCulturalContact: false });
}

/** A worker whose TIXNGO tells these records, cut as it is asked for them; the key is the place of the next one. */
function telling(records: readonly unknown[]): World {
  const { worker } = engine;
  return {
    ...worker,
    openTixngo: (connection) => ({
      ...worker.openTixngo(connection),
      diff: ({ paginationKey, limit }) => {
        const end = Number(paginationKey) + limit;
        const body = {
          tickets: records.slice(Number(paginationKey), end),
          paginationKey: Math.min(end, records.length).toString(),
          hasMore: end < records.length,
        };
        const page = parseDiffPage(body);
        if ('problem' in page) throw new Error(page.problem);
        return Promise.resolve({ kind: 'page', page });
      },
    }),
  };
}

async function read(worker: World): Promise<void> {
  const reading = openReading(engine);
  await reading.open();
  for (;;) {
    const { stopped } = await reading.pages({ worker });
    if (stopped === 'done') break;
    expect(stopped).toBe('more');
  }
  await reading.close();
}

/** Everything that tickets and people end with, contacts by what they hold instead of by number. */
async function readEnd() {
  const contact = (id: string) =>
    `(select concat_ws(' ', c.email, c.first_name, c.last_name, case when c.id < 100 then c.id end) from contact c where c.id = ${id})`;
  const [row] = await engine.query<Record<string, unknown>>(`select
    (select jsonb_agg(concat_ws(' | ', t.id, t.status, m.status, m.change_number, m.owner, ${contact('t.current_contact_id')}) order by t.id)
      from ticket t left join mobile_ticket m on m.ticket_id = t.id) as tickets,
    (select jsonb_agg(concat_ws(' ', h.ticket_id, h.change_number, h.status) order by h.ticket_id, h.change_number) from mobile_ticket_history h) as history,
    (select jsonb_agg(concat_ws(' | ', d.ticket_id, d.first_change_number, ${contact('d.old_contact_id')}, '>', ${contact('d.new_contact_id')}, d.action, d.status, d.changed_at)
      order by d.ticket_id, d.first_change_number) from distribution d) as distribution,
    (select jsonb_agg(concat_ws(' ', lower(c.email), c.first_name, c.last_name, c.has_internet_account, w.change_number) order by lower(c.email), c.id)
      from contact c left join wallet_contact w on w.contact_id = c.id) as contacts,
    (select jsonb_agg(concat_ws(' ', p.ticket_id, p.function) order by p.ticket_id, p.function) from processed p) as processed,
    (select jsonb_agg(concat_ws(' ', p.identity, p.reason, p.applied_at is null) order by p.identity) from put_aside p) as put_aside,
    (select jsonb_object_agg(k, s) from (select x.key as k, sum(x.value::integer) as s from execution e, jsonb_each_text(e.retrieved) x group by x.key) n) as counts`);
  return row;
}

/** Transactions that begin while another one is open. */
async function countAhead(work: () => Promise<void>): Promise<number> {
  const { pool } = engine.worker.database;
  let open = 0;
  let ahead = 0;
  const acquire = () => {
    if (open > 0) ahead += 1;
    open += 1;
  };
  const release = () => {
    open -= 1;
  };
  pool.on('acquire', acquire).on('release', release);
  await work();
  pool.off('acquire', acquire).off('release', release);
  expect(open).toBe(0);
  return ahead;
}

test.each(seeds)(
  'pages that are loaded ahead end as if each had been read by a run of its own: seed %i',
  async (number) => {
    const records = toRecords(openLuck(number));
    const worker = telling(records);
    const split = (number % 3) + 2;
    const pages = Math.ceil(records.length / split);

    await seed(openLuck(number), { split });
    const ahead = await countAhead(() => read(worker));
    const end = await readEnd();
    expect(ahead).toBeGreaterThan(pages / 4);

    await engine.reset();
    await seed(openLuck(number), { split, batchSize: split });
    for (let page = 0; page < pages; page += 1) await read(worker);
    expect(end).toEqual(await readEnd());

    const { history, tickets: ended, distribution, contacts, put_aside } = end ?? {};
    await engine.reset();
    await seed(openLuck(number), { split: 1000 });
    await read(worker);
    expect(await readEnd()).toMatchObject({ history, tickets: ended, distribution, contacts, put_aside });
  },
);

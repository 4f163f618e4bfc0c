import { rehearse } from '../../../activities/push/rehearse';
import { openStatements } from '../../../db/statements';
import { addTickets } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('rehearse');
});
beforeEach(() => engine.reset());
afterAll(() => engine.close());

/** Rehearses where nothing can be written; the statements that ran, by name. */
async function rehearseReadOnly(): Promise<readonly string[]> {
  const url = new URL(engine.url);
  url.searchParams.set('options', '-c default_transaction_read_only=on');
  const database = openStatements({ url: url.href, connections: 2 });
  const ran: string[] = [];
  const failures: unknown[] = [];
  database.pool.on('connect', (client) => {
    const query = client.query.bind(client);
    Object.assign(client, {
      query: (statement: unknown, ...more: never[]) => {
        if (typeof statement === 'object' && statement !== null && 'name' in statement)
          ran.push(String(statement.name));
        const answer: unknown = Reflect.apply(query, client, [statement, ...more]);
        return answer;
      },
    });
  });
  try {
    await rehearse({ ...engine.worker, database }, 2, failures.push.bind(failures));
    expect(failures).toEqual([]);
  } finally {
    await database.close();
  }
  return ran;
}

test('a worker that starts builds the messages of tickets that are there, again and again, and writes nothing', async () => {
  await addTickets(engine.database.pool, 1, 60);
  const ran = await rehearseReadOnly();
  expect(ran.filter((name) => name === 'inject-load-tickets').length).toBeGreaterThanOrEqual(4);
  expect((await engine.admin.callSummary()).calls).toBe(0);
});

test('without a ticket there is nothing to rehearse with, and the worker starts all the same', async () => {
  expect(await rehearseReadOnly()).toEqual([]);
});

test('tickets that cannot be read keep no worker from starting: the failure is told without its values', async () => {
  await addTickets(engine.database.pool, 1, 3);
  await engine.query(`alter table contact rename to contact_away`);
  const told: { readonly error: string }[] = [];
  await rehearse(engine.worker, 2, (failure) => {
    told.push(failure);
  });
  await engine.query(`alter table contact_away rename to contact`);
  expect(told.map(({ error }) => error)).toEqual([expect.stringContaining('42P01')]);
  expect(JSON.stringify(told)).not.toContain('contact');
});

import { connect, createServer } from 'node:net';
import { openWorkerSession, type WorkerSession } from '../../db/worker-session';
import { type Engine, openEngine } from '../helpers/engine-world';
import { listen } from '../helpers/listen';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('worker-session');
});
afterAll(() => engine.close());

interface Watched {
  readonly session: WorkerSession;
  /** Resolves with what the session tells next. */
  readonly next: () => Promise<string | undefined>;
}

async function openWatched(url = engine.url): Promise<Watched> {
  const told: (string | undefined)[] = [];
  const waiting: ((id: string | undefined) => void)[] = [];
  const session = await openWorkerSession({
    url,
    name: 'watched',
    onChange: (id) => {
      const first = waiting.shift();
      if (first === undefined) told.push(id);
      else first(id);
    },
  });
  const next = () =>
    told.length > 0
      ? Promise.resolve(told.shift())
      : new Promise<string | undefined>((resolve) => {
          waiting.push(resolve);
        });
  await next();
  return { session, next };
}

const mayLive = async (id: string | undefined) =>
  (await engine.query<{ may: boolean }>('select worker_may_live($1) as may', [id]))[0]?.may;

const terminate = (id: string | undefined) =>
  engine.query('select pg_terminate_backend(backend_pid) from worker where id = $1', [id]);

const insertWorker = async (backend: string, seen: string) =>
  (
    await engine.query<{ id: string }>(
      `insert into worker (name, backend_pid, backend_start, seen_at) values ('w', ${backend}, ${seen}) returning id`,
    )
  )[0]?.id;

test('a terminated session is proved again under the same row by another backend, and its worker never counts as dead', async () => {
  const { session, next } = await openWatched();
  const id = session.id();
  const row = () => engine.query('select backend_pid from worker where id = $1', [id]);
  const [before, live] = [await row(), await mayLive(id)];
  await terminate(id);
  const between = [await next(), session.id(), await mayLive(id)];
  expect([live, ...between]).toEqual([true, undefined, undefined, true]);
  expect([await next(), session.id(), await mayLive(id)]).toEqual([id, id, true]);
  expect(await row()).not.toEqual(before);
  await session.close();
});

test('a worker that ends by itself is dead at once: it has no call under way', async () => {
  const { session } = await openWatched();
  const id = session.id();
  await session.close();
  expect(await mayLive(id)).toBe(false);
});

test('a row that is no longer as this worker left it is another worker: it gets a new one', async () => {
  const { session, next } = await openWatched();
  const id = session.id();
  await engine.query(`update worker set backend_start = backend_start + interval '1 hour' where id = $1`, [id]);
  const pid = await engine.query<{ pid: number }>('select backend_pid as pid from worker where id = $1', [id]);
  await engine.query('select pg_terminate_backend($1)', [pid[0]?.pid]);
  await next();
  const other = await next();
  expect(Number(other)).toBeGreaterThan(Number(id));
  await session.close();
});

test.each([
  ['gone, and seen 5 s ago: dead', `1, now() - interval '1 second'`, `now() - interval '5 seconds'`, false],
  ['gone, and seen 3 s ago: perhaps it proves itself again', `1, now()`, `now() - interval '3 seconds'`, true],
  [
    'gone with an earlier postmaster: proves nothing',
    `1, pg_postmaster_start_time() - interval '1 hour'`,
    `now() - interval '1 hour'`,
    true,
  ],
])('a session that is %s', async (_what, backend, seen, live) => {
  expect(await mayLive(await insertWorker(backend, seen))).toBe(live);
});

test('a frozen worker is not seen, and its session stands: its calls may be under way', async () => {
  const id = engine.worker.session.id();
  await engine.query(`update worker set seen_at = now() - interval '1 hour' where id = $1`, [id]);
  expect(await mayLive(id)).toBe(true);
});

/** A way to Postgres that breaks, once it is armed, when the server says that one row was updated: committed, and nobody hears of it. */
async function openBreakingWay() {
  let armed = false;
  const server = createServer((near) => {
    const { hostname, port } = new URL(engine.url);
    const far = connect(Number(port), hostname);
    near.pipe(far);
    near.on('error', () => far.destroy());
    near.on('close', () => far.destroy());
    far.on('error', () => near.destroy());
    far.on('close', () => near.destroy());
    far.on('data', (chunk: Buffer) => {
      if (!armed || !chunk.includes('UPDATE 1')) {
        near.write(chunk);
        return;
      }
      armed = false;
      near.destroy();
    });
  });
  const url = new URL(engine.url);
  url.port = String(await listen(server));
  return {
    url: url.href,
    breakAtNextUpdate: () => {
      armed = true;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

test('a proof whose answer was lost counts: the worker keeps its row', async () => {
  const way = await openBreakingWay();
  const { session, next } = await openWatched(way.url);
  const id = session.id();
  // The word of life of every second breaks the connection; the next proof is written and its answer lost too.
  way.breakAtNextUpdate();
  expect(await next()).toBeUndefined();
  way.breakAtNextUpdate();
  expect(await next()).toBe(id);
  await session.close();
  await way.close();
});

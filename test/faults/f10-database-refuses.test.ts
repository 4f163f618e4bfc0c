import { randomBytes } from 'node:crypto';
import { Client, type PoolClient } from 'pg';
import { expectInvariants, expectNothingSentAgain } from '../helpers/engine-invariants';
import { openRun } from '../helpers/engine-run';
import { addTickets, setParallelCalls } from '../helpers/engine-seed';
import { type Engine, openEngine } from '../helpers/engine-world';
import { until } from '../helpers/until';
import { tell } from './helpers/fault';
import { countErrors } from './helpers/lost-commits';
import { openLuck } from './helpers/luck';
import { openProxy, type Proxy } from './helpers/proxy';

const TICKETS = 600;
const luck = openLuck('F10');
/** SQL states that Postgres answered to the worker, counted on the wire. */
const errors = new Map<string, number>();
/** The worker's role: limits and refusals do not hold for Postgres' owner. */
const role = `faults_${randomBytes(5).toString('hex')}`;
let engine: Engine;
let proxy: Proxy;
let database: string;

beforeAll(async () => {
  engine = await openEngine('database refuses', {
    sandbox: { ignoreIdempotencyKeys: true },
    callDeadlineMs: 3_000,
    reach: async (url) => {
      const through = new URL(url);
      database = through.pathname.slice(1);
      proxy = await openProxy(Number(through.port), () => countErrors(errors));
      await makeRole(url);
      through.port = String(proxy.port);
      through.username = role;
      through.password = role;
      return through.href;
    },
  });
}, 60_000);
beforeEach(async () => {
  await engine.reset();
  errors.clear();
  await addTickets(engine.database.pool, 1, TICKETS);
  await engine.admin.addFault({ kind: 'latency', minMs: 5, maxMs: 25 });
});
afterAll(async () => {
  await engine.query(`alter role ${role} nologin`);
  await engine.query(`drop owned by ${role}`);
  await engine.query(`drop role ${role}`);
  await engine.close();
  await proxy.close();
});

async function makeRole(url: string): Promise<void> {
  const owner = new Client({ connectionString: url });
  await owner.connect();
  await owner.query(`create role ${role} login password '${role}'`);
  for (const what of ['tables', 'sequences', 'functions']) {
    await owner.query(`grant all on all ${what} in schema public to ${role}`);
  }
  await owner.end();
}

/** Settings of the worker's next connections; it gets new ones now. */
async function connectAnew(setting: string): Promise<void> {
  await engine.query(`alter role ${role} in database ${database} ${setting}`);
  proxy.shut();
  proxy.open();
}

const refusedWith = (code: string, times = 1) =>
  until(`${code} ${String(times)} times`, () => Promise.resolve((errors.get(code) ?? 0) >= times));

const delivered = (count: number) =>
  until(`${String(count)} delivered`, async () => (await engine.query('select from processed')).length >= count);

const waitsForLock = () =>
  until('a statement of the worker waits for a lock', async () => {
    const waiting = await engine.query(
      `select from pg_stat_activity where usename = $1 and wait_event_type = 'Lock' and datname = current_database()`,
      [role],
    );
    return waiting.length > 0;
  });

/** A transaction of somebody else's, as S-360 or an operator's tool has them. */
async function inTransaction(work: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await engine.database.pool.connect();
  let isDone = false;
  try {
    await client.query('begin');
    await work(client);
    await client.query('commit');
    isDone = true;
  } finally {
    client.release(!isDone);
  }
}

async function expectWhole(run: Promise<unknown>, what: string, code?: string): Promise<void> {
  await expect(run).resolves.toMatchObject({ outcome: 'OK', delivered: TICKETS });
  const { calls } = await engine.admin.callSummary();
  tell('F10', what, {
    tickets: TICKETS,
    ...(code !== undefined && { [`refused with ${code}`]: errors.get(code) ?? 0 }),
    'calls sent twice': calls - TICKETS / 50,
  });
  expect(calls).toBe(TICKETS / 50);
  await expectInvariants(engine);
  await expectNothingSentAgain(engine, () => openRun(engine).toEnd());
}

test.each(['call_slot', 'ticket', 'claim', 'execution'])(
  'F10: the lock of %s is not to be had in time: tried again until it is',
  async (table) => {
    const run = openRun(engine).toEnd();
    await delivered(luck.between(1, 5) * 50);
    await inTransaction(async (client) => {
      await client.query(`select from ${table} for update`);
      await refusedWith('55P03', 4);
    });
    await expectWhole(run, `lock time-out, ${table}`, '55P03');
  },
);

test('F10: a deadlock with another writer: the victim tries again', async () => {
  // Who waited first looks for a deadlock first: the worker. It looks once, so the other one must have closed the circle by then.
  await connectAnew(`set deadlock_timeout = '1s'`);
  await setParallelCalls(engine.database.pool, { interface: 1, parallelCalls: 1 });
  const run = openRun(engine).toEnd();
  await delivered(50);
  await inTransaction(async (client) => {
    await client.query(`set local deadlock_timeout = '1min'`);
    // The last ticket of every batch that is not done; then all others, of which the waiting statement holds some.
    await client.query(`update ticket set price = price where status = 'NOT_PRINTED' and id % 50 = 0`);
    await waitsForLock();
    await client.query(`update ticket set price = price where status = 'NOT_PRINTED'`);
  });
  expect(errors.get('40P01') ?? 0).toBeGreaterThan(0);
  await expectWhole(run, 'deadlock with another writer', '40P01');
  await connectAnew('reset deadlock_timeout');
});

test('F10: transactions that cannot be put in an order: tried again', async () => {
  await connectAnew(`set default_transaction_isolation = 'repeatable read'`);
  const run = openRun(engine).toEnd();
  for (let times = 1; times <= 4; times += 1) {
    await delivered(times * luck.between(10, 50));
    await inTransaction(async (client) => {
      await client.query(`update call_slot set until = until`);
      await waitsForLock();
    });
    await refusedWith('40001', times);
  }
  await expectWhole(run, 'serialization failure', '40001');
  await connectAnew('reset default_transaction_isolation');
});

test('F10: Postgres takes no more connections: tried again until it does', async () => {
  const run = openRun(engine).toEnd();
  await delivered(luck.between(1, 5) * 50);
  await engine.query(`alter role ${role} connection limit 1`);
  await connectAnew('reset all');
  await refusedWith('53300', 10);
  await engine.query(`alter role ${role} connection limit -1`);
  await expectWhole(run, 'too many connections', '53300');
});

test('F10: the pool of the worker is exhausted: statements fail when they have waited 5 s, and are tried again', async () => {
  const run = openRun(engine).toEnd();
  await delivered(luck.between(1, 5) * 50);
  const { pool } = engine.worker.database;
  const held = await Promise.all(Array.from({ length: pool.options.max }, () => pool.connect()));
  // Whoever asked before this one waits longer and fails before it.
  await expect(pool.connect()).rejects.toThrow(/timeout exceeded/);
  for (const client of held) client.release();
  await expectWhole(run, 'pool of the worker exhausted for 5 s');
});

test('F10: the database is read-only for a while: tried again, also by connections that stay', async () => {
  const run = openRun(engine).toEnd();
  await delivered(luck.between(1, 5) * 50);
  await connectAnew('set default_transaction_read_only = on');
  await refusedWith('25006', 4);
  // Nobody cuts the connections that were made meanwhile.
  await engine.query(`alter role ${role} in database ${database} reset default_transaction_read_only`);
  await expectWhole(run, 'read-only in the middle of a run', '25006');
});

test('F10: the database is read-only when a run is planned: it is planned once it may be, also by connections that stay', async () => {
  await connectAnew('set default_transaction_read_only = on');
  const run = openRun(engine).toEnd();
  await refusedWith('25006', 4);
  await engine.query(`alter role ${role} in database ${database} reset default_transaction_read_only`);
  await expectWhole(run, 'read-only at the start of a run', '25006');
});

test('F10: what no retry helps stops the run, in error, with the cause named', async () => {
  const run = openRun(engine).toEnd();
  await delivered(luck.between(1, 5) * 50);
  await engine.query(`revoke insert on processed from ${role}`);
  const report = await run;
  expect(report).toMatchObject({ outcome: 'ERROR', ending: 'failed' });
  expect(report.message).toMatch(/42501/);
  const { calls } = await engine.admin.callSummary();
  await engine.query(`grant insert on processed to ${role}`);
  // Calls whose answers could not be recorded count as under way until their deadline: a run after that takes their tickets.
  await until('later runs have sent the rest', async () => {
    await expect(openRun(engine).toEnd()).resolves.toMatchObject({ outcome: 'OK' });
    return (await engine.query('select from processed')).length === TICKETS;
  });
  const lanes = 4;
  await expectInvariants(engine, { lostAnswers: lanes, slotsInDoubt: lanes });
  tell('F10', 'a right taken away', {
    tickets: TICKETS,
    'calls until it stopped': calls,
    'delivered before': report.delivered,
    unknown: report.unknown,
    named: report.message.includes('42501') ? 'yes' : 'no',
  });
  await expectNothingSentAgain(engine, () => openRun(engine).toEnd());
});

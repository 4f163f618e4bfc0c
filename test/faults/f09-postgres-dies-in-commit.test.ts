import { Client } from 'pg';
import { until } from '../helpers/until';
import { countRows, countTwice } from './helpers/counts';
import { expectHeldInOneRun } from './helpers/expect-held';
import { tell } from './helpers/fault';
import { loseCommits, type Side } from './helpers/lost-commits';
import { openLuck } from './helpers/luck';
import { type OwnSystem, startOwnSystem } from './helpers/own-servers';
import { openProxy, type Proxy } from './helpers/proxy';

const LANES = 4;
/** An advisory lock that the test holds while commits shall wait. */
const LOCK = 9;
const luck = openLuck('F9 killed');
let system: OwnSystem;
let proxy: Proxy;
let due: readonly string[];
/** Set: the next commit of an announcement loses its answer, and this is called. */
let loseNext: (() => void) | undefined;

beforeAll(async () => {
  system = await startOwnSystem({
    tickets: 5_000,
    parallelCalls: LANES,
    sandboxArgs: ['--latency-ms', '50', '--ignore-idempotency-keys'],
  });
  proxy = await openProxy(system.postgres.port, () =>
    loseCommits(['push-record-and-announce'], () => {
      if (loseNext === undefined) return undefined;
      const onStrike = loseNext;
      loseNext = undefined;
      return { side: 'after', onStrike };
    }),
  );
  const through = new URL(system.stack.databaseUrl);
  through.port = String(proxy.port);
  await system.replaceWorker({ DATABASE_URL: through.href });
  // A deferred trigger runs in COMMIT, before its record is written to the disk.
  await system.pool.query(`
    create function wait_in_commit() returns trigger language plpgsql as
      'begin perform pg_advisory_xact_lock_shared(${String(LOCK)}); return null; end';
    create constraint trigger wait_in_commit after insert or update on call
      deferrable initially deferred for each row execute function wait_in_commit()`);
  due = await system.listDue();
}, 120_000);
afterAll(async () => {
  await system.close();
  await proxy.close();
});

/** Kills Postgres while announcements are in COMMIT and nothing of them is on the disk. */
async function dieBefore(): Promise<number> {
  const holder = new Client({ connectionString: system.stack.databaseUrl });
  holder.on('error', () => undefined);
  await holder.connect();
  await holder.query(`select pg_advisory_lock(${String(LOCK)})`);
  let waiting = 0;
  await until('a commit waits', async () => {
    waiting = await countRows(system, `pg_locks where locktype = 'advisory' and not granted`);
    return waiting > 0;
  });
  await system.postgres.kill();
  return waiting;
}

/** Kills Postgres when it has committed an announcement and its answer is swallowed. */
async function dieAfter(): Promise<number> {
  await new Promise<void>((resolve) => {
    loseNext = resolve;
  });
  await system.postgres.kill();
  return 1;
}

test('F9: Postgres dies in COMMIT, before the flush and after it: what is in doubt is read back, and no call is made again', async () => {
  const struck: Record<Side, number> = { before: 0, after: 0 };
  const run = await system.start();
  for (const [index, side] of (['before', 'after', 'before', 'after', 'before', 'after'] as const).entries()) {
    await system.accepted(Math.floor((due.length * (index + luck.next())) / 7));
    struck[side] += side === 'before' ? await dieBefore() : await dieAfter();
    await system.postgres.restart();
  }
  await expect(system.wait(run)).resolves.toMatchObject({ completed: true, report: { outcome: 'OK' } });
  tell('F9', 'Postgres killed in COMMIT, 6 times', {
    tickets: due.length,
    'commits before the flush': struck.before,
    'after it': struck.after,
    ...(await countTwice(system, due)),
  });
  await expectHeldInOneRun(system, { due, lostCalls: 0, limit: LANES });
});

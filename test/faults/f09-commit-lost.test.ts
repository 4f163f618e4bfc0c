import { expectInvariants, expectNothingSentAgain } from '../helpers/engine-invariants';
import { openRun } from '../helpers/engine-run';
import { addTickets } from '../helpers/engine-seed';
import { type Engine, openEngine } from '../helpers/engine-world';
import { tell } from './helpers/fault';
import { loseCommits, type Side } from './helpers/lost-commits';
import { openLuck } from './helpers/luck';
import { openProxy, type Proxy } from './helpers/proxy';

/** What commits in the course of a push: the hot path's statements by themselves, the others by a transaction's end. */
const statements = ['push-record-and-announce', 'push-take-slot', 'push-leave-range', 'commit'];
const luck = openLuck('F9');
const struck = new Map<string, number>();
let engine: Engine;
let proxy: Proxy;

beforeAll(async () => {
  const pauses = new Map<string, number>();
  const choose = (statement: string) => {
    // Now and then by chance, and each statement on either side in turn.
    const pause = pauses.get(statement) ?? luck.between(0, 3);
    pauses.set(statement, pause - 1);
    if (pause > 0) return undefined;
    pauses.set(statement, luck.between(1, 5));
    const before = struck.get(`${statement} before`) ?? 0;
    const side: Side = before > (struck.get(`${statement} after`) ?? 0) ? 'after' : 'before';
    struck.set(`${statement} ${side}`, (struck.get(`${statement} ${side}`) ?? 0) + 1);
    return { side };
  };
  engine = await openEngine('commit lost', {
    sandbox: { ignoreIdempotencyKeys: true },
    reach: async (url) => {
      const through = new URL(url);
      proxy = await openProxy(Number(through.port), () => loseCommits(statements, choose));
      through.port = String(proxy.port);
      return through.href;
    },
  });
}, 60_000);
afterAll(async () => {
  await engine.close();
  await proxy.close();
});

test('F9: the connection breaks at one commit in four, before or after it: each is read back, and no call is made again', async () => {
  const runs = 8;
  const tickets = 400;
  for (let run = 0; run < runs; run += 1) {
    await addTickets(engine.database.pool, run * tickets + 1, (run + 1) * tickets);
    await expect(openRun(engine).toEnd()).resolves.toMatchObject({ outcome: 'OK', delivered: tickets });
  }
  const { calls } = await engine.admin.callSummary();
  // TIXNGO keeps no keys here: a call that was repeated would be counted, and its tickets doubled.
  expect(calls).toBe((runs * tickets) / 50);
  for (const statement of ['push-record-and-announce', 'push-take-slot', 'commit']) {
    for (const side of ['before', 'after'])
      expect([statement, side, struck.get(`${statement} ${side}`) ?? 0]).not.toEqual([statement, side, 0]);
  }
  expect(await engine.query('select distinct version from processed')).toEqual([{ version: 1 }]);
  await expectInvariants(engine);
  const count = (side: Side) => statements.reduce((sum, name) => sum + (struck.get(`${name} ${side}`) ?? 0), 0);
  tell('F9', 'connection cut at commits of the engine', {
    tickets: runs * tickets,
    'before the commit': count('before'),
    'after it': count('after'),
    'calls sent twice': calls - (runs * tickets) / 50,
  });
  await expectNothingSentAgain(engine, () => openRun(engine).toEnd());
});

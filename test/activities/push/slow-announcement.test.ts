import { disturbed } from '../../helpers/disturbed-worker';
import { expectInvariants } from '../../helpers/engine-invariants';
import { openRun } from '../../helpers/engine-run';
import { addTickets } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';
import { until } from '../../helpers/until';

const DEADLINE_MS = 6_000;
let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('slow-announcement', { callDeadlineMs: DEADLINE_MS });
});
beforeEach(() => engine.reset());
afterAll(() => engine.close());

const whole = { number: 0, firstBatch: 0, lastBatch: 0 };
const exists = async (what: string) => (await engine.query(`select ${what}`)).length > 0;

interface Lateness {
  readonly nth?: number;
  readonly meanwhile?: () => Promise<unknown>;
}

/** A worker whose announcement `nth` is committed and answered late: when so much of the call's time is over. Others are as ever. */
function answeredLate(usedMs: number, { nth = 1, meanwhile = () => Promise.resolve() }: Lateness = {}) {
  let announcements = 0;
  const worker = disturbed(engine.worker, 'push-record-and-announce', async (send) => {
    const result = await send();
    announcements += 1;
    if (announcements !== nth) return result;
    await meanwhile();
    await until('the time is over', () =>
      exists(`from call where deadline < now() + interval '${String(DEADLINE_MS - usedMs)} milliseconds'`),
    );
    return result;
  });
  return worker;
}

describe('an announcement that took long', () => {
  test('beyond half of the time of its call is not used: nothing was sent, and its tickets are looked at again', async () => {
    await addTickets(engine.database.pool, 1, 50);
    const run = openRun(engine);
    await run.plan();
    const meanwhile = () => engine.query(`update ticket set status = 'CANCELLED' where id = 7`);
    const worker = answeredLate(DEADLINE_MS / 2, { meanwhile });
    expect(await run.push(whole, { worker })).toMatchObject({ counts: { delivered: 49, skipped: 1 } });
    expect(Object.keys((await engine.admin.calls()).tickets)).not.toContain('7');
    expect(await engine.query('select number, repeats from call')).toEqual([{ number: 1, repeats: 0 }]);
    await run.close();
    await expectInvariants(engine);
  });

  test('of a call that was sent before is not used either: it is over, and made again as it was', async () => {
    await addTickets(engine.database.pool, 1, 50);
    await engine.admin.addFault({ kind: 'status', status: 503, count: 1 });
    const run = openRun(engine);
    await run.plan();
    const meanwhile = () => engine.query(`update ticket set status = 'CANCELLED' where id = 7`);
    const worker = answeredLate(DEADLINE_MS / 2, { nth: 2, meanwhile });
    expect(await run.push(whole, { worker })).toMatchObject({ counts: { delivered: 50, skipped: 0 } });
    expect((await engine.admin.callSummary()).calls).toBe(2);
    expect(await engine.query('select number, repeats from call')).toEqual([{ number: 1, repeats: 2 }]);
    await run.close();
    await expectInvariants(engine);
  });

  test('leaves its call what is left until the deadline on record: past it, others may send those tickets', async () => {
    await addTickets(engine.database.pool, 1, 50);
    // Within a deadline that began with the call, not within the one on record.
    await engine.admin.addFault({ kind: 'latency', minMs: 5_000, maxMs: 5_000, count: 1 });
    const run = openRun(engine);
    await run.plan();
    expect(await run.push(whole, { worker: answeredLate(1_500) })).toMatchObject({ counts: { delivered: 50 } });
    expect(await engine.query('select number, repeats from call')).toEqual([{ number: 1, repeats: 1 }]);
    await run.close();
    await expectInvariants(engine);
  });
});

test('a call whose announcement was committed unheard is not under way for its own attempt: it goes out at once, not past its deadline', async () => {
  await addTickets(engine.database.pool, 1, 50);
  let announcements = 0;
  const worker = disturbed(engine.worker, 'push-record-and-announce', async (send) => {
    const result = await send();
    announcements += 1;
    if (announcements > 1) return result;
    // So the announcement is not simply made again: its batch is loaded again, and the call is found on record.
    await engine.query(`update ticket set status = 'CANCELLED' where id = 7`);
    throw Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
  });
  const run = openRun(engine);
  await run.plan();
  expect(await run.push(whole, { worker })).toMatchObject({ stopped: 'finished', counts: { delivered: 50 } });
  const [call] = await engine.query(
    `select repeats, deadline - announced_at < interval '${String(2 * DEADLINE_MS)} milliseconds' as early from call`,
  );
  expect(call).toEqual({ repeats: 1, early: true });
  expect((await engine.admin.callSummary()).calls).toBe(1);
  await run.close();
  await expectInvariants(engine);
});

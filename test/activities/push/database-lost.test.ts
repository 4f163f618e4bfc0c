import { disturbed } from '../../helpers/disturbed-worker';
import { openRun, pushAll, retried } from '../../helpers/engine-run';
import { expectInvariants, expectNothingSentAgain } from '../../helpers/engine-invariants';
import { addTickets } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';
import { until } from '../../helpers/until';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('database lost', { callDeadlineMs: 500 });
});
beforeEach(() => engine.reset());
afterAll(() => engine.close());

const killConnections = (...which: readonly string[]) =>
  engine.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = any ($1) and pid <> pg_backend_pid()`,
    [which],
  );
const delivered = async () => (await engine.query(`select from processed`)).length;

test.each([
  ['every connection of the worker, its session too', 'test worker', 'tixngo worker session'],
  ['its pool', 'test worker'],
  ['its session', 'tixngo worker session'],
])('%s is cut again and again in the middle (F8): nothing lost, nothing doubled', async (_what, ...which) => {
  await addTickets(engine.database.pool, 1, 1_500);
  await engine.admin.addFault({ kind: 'latency', minMs: 5, maxMs: 25 });
  const run = openRun(engine).toEnd();
  for (const after of [100, 500, 900]) {
    await until(`${String(after)} delivered`, async () => (await delivered()) >= after);
    await killConnections(...which);
  }
  const report = await run;
  expect(report).toMatchObject({ outcome: 'OK', delivered: 1_500 });
  expect((await engine.admin.callSummary()).tickets.injectTickets).toMatchObject({ accepted: 1_500, acceptedAgain: 0 });
  await expectInvariants(engine);
  await expectNothingSentAgain(engine, () => openRun(engine).toEnd());
});

test('a commit whose answer was lost is read back, not assumed (F9): the call is not made again', async () => {
  await addTickets(engine.database.pool, 1, 150);
  const run = openRun(engine);
  await run.plan();
  let lost = 0;
  // Postgres has committed, and the connection breaks before the worker hears of it: each statement of the hot path once.
  const seen = new Set<string>();
  const worker = disturbed(engine.worker, 'push-record-and-announce', async (send, values) => {
    const result = await send();
    const what = String(values[26]);
    if (seen.has(what)) return result;
    seen.add(what);
    lost += 1;
    throw connectionLost();
  });
  const result = await run.push({ number: 0, firstBatch: 0, lastBatch: 2 }, { worker });
  expect({ lost, ...result }).toMatchObject({ lost: 4, stopped: 'finished', counts: { delivered: 150 } });
  expect((await engine.admin.callSummary()).calls).toBe(3);
  expect(await engine.query(`select distinct version from processed`)).toEqual([{ version: 1 }]);
  expect((await run.close()).report).toMatchObject({ outcome: 'OK' });
  await expectInvariants(engine);
});

test('an answer is held while the database is away, also by an attempt that was cancelled: its call is not made again', async () => {
  await addTickets(engine.database.pool, 1, 150);
  const run = openRun(engine);
  await run.plan();
  let cancel: () => void = () => undefined;
  let away = 3;
  const worker = disturbed(engine.worker, 'push-record-and-announce', (send, values) => {
    const bringsAnswer = values[21] !== null;
    if (!bringsAnswer || away === 0) return send();
    away -= 1;
    cancel();
    return Promise.reject(connectionLost());
  });
  const onStart = (given: () => void) => (cancel = given);
  // The statement that holds the first answer announces the second call: that one is finished too, and the third waits.
  const result = await run.push({ number: 0, firstBatch: 0, lastBatch: 2 }, { worker, onStart });
  expect({ away, ...result }).toMatchObject({ away: 0, stopped: 'yielded', nextBatch: 2, counts: { delivered: 100 } });
  await pushAll(run, [{ number: 1, firstBatch: 2, lastBatch: 2 }], 1);
  expect((await run.close()).report).toMatchObject({ outcome: 'OK', delivered: 150 });
  expect((await engine.admin.callSummary()).calls).toBe(3);
  await expectInvariants(engine);
});

describe('a call fails while the database is away', () => {
  const whole = { number: 0, firstBatch: 0, lastBatch: 0 };

  /** Postgres ends these attempts to note that a call is over: `first` to `last`, counted from 1. The first one notes a failure. */
  async function failedCall({ first = 1, last }: { readonly first?: number; readonly last: number }) {
    await addTickets(engine.database.pool, 1, 50);
    await engine.admin.addFault({ kind: 'status', status: 503, count: 1 });
    const run = openRun(engine);
    await run.plan();
    await engine.query(`create sequence noted;
      create function be_away() returns trigger language plpgsql as $away$ begin
        if nextval('noted') <@ int8range(${String(first)}, ${String(last)}, '[]') then raise exception 'away' using errcode = '57P01'; end if;
        return new;
      end $away$;
      create trigger away before update on call for each row
        when (old.counts_until is null and new.counts_until is not null) execute function be_away()`);
    return run;
  }
  afterEach(() => engine.query(`drop function be_away cascade; drop sequence noted`));

  test('its attempt goes on when it is back: left as it is, the call would count as under way for the next one', async () => {
    const run = await failedCall({ last: 2 });
    expect(await run.push(whole)).toMatchObject({ stopped: 'finished', counts: { delivered: 50 } });
    expect(await engine.query('select repeats from call')).toEqual([{ repeats: 1 }]);
    expect((await run.close()).report).toMatchObject({ outcome: 'OK' });
    await expectInvariants(engine);
  });

  test('so does one that was announced again and is held back by a pause', async () => {
    const run = await failedCall({ first: 2, last: 3 });
    let looks = 0;
    // A lane looks before each announcement and after it; the second one is the repetition.
    const remainingMs = () => ((looks += 1) === 4 ? 50 : 0);
    const worker = { ...engine.worker, pauses: { remainingMs, pause: () => undefined } };
    expect(await run.push(whole, { worker })).toMatchObject({ stopped: 'finished', counts: { delivered: 50 } });
    expect(await engine.query('select repeats from call')).toEqual([{ repeats: 2 }]);
    expect(await engine.query('select last_value::integer as attempts from noted')).toEqual([{ attempts: 4 }]);
    expect((await engine.admin.callSummary()).calls).toBe(2);
  });

  test('an attempt that is cancelled ends', async () => {
    const run = await failedCall({ last: 1_000_000 });
    let cancel: () => void = () => undefined;
    const onStart = (given: () => void) => (cancel = given);
    const failure = run.push(whole, { onStart }).catch((error: unknown) => error);
    await until(
      'it is tried again',
      async () => (await engine.query('select from noted where last_value > 1')).length > 0,
    );
    cancel();
    expect(await failure).toMatchObject({ type: 'DATABASE_AWAY' });
  });
});

test('an attempt that fails over another batch puts the answer that it knows on record before', async () => {
  await addTickets(engine.database.pool, 1, 100);
  const run = openRun(engine);
  await run.plan();
  let loads = 0;
  const worker = disturbed(engine.worker, 'inject-load-tickets', (send) => {
    loads += 1;
    return loads < 2 ? send() : Promise.reject(Object.assign(new Error('division by zero'), { code: '22012' }));
  });
  await expect(run.push({ number: 0, firstBatch: 0, lastBatch: 1 }, { worker })).rejects.toMatchObject({ type: 'BUG' });
  expect(await delivered()).toBe(50);
  expect(await engine.query('select from call where answered_at is null')).toEqual([]);
});

test('a plan whose commit was lost is found again', async () => {
  await addTickets(engine.database.pool, 1, 100);
  const run = openRun(engine);
  const planned = await run.plan(1);
  await killConnections('test worker');
  const again = openRun(engine, { workflowId: run.workflowId, firstRunId: run.firstRunId });
  expect(await retried(() => again.plan(1))).toEqual(planned);
  await pushAll(run, [{ number: 0, firstBatch: 0, lastBatch: 1 }], 1);
  await run.close();
  await expectInvariants(engine);
});

test('a statement that Postgres refuses stops the run without retry, and no value gets into the message', async () => {
  await addTickets(engine.database.pool, 1, 50);
  const run = openRun(engine);
  await run.plan();
  await engine.query(`alter table processed add constraint none_here check (ticket_id <> 7) not valid`);
  const failure: unknown = await run.push({ number: 0, firstBatch: 0, lastBatch: 0 }).catch((error: unknown) => error);
  await engine.query(`alter table processed drop constraint none_here`);
  expect(failure).toMatchObject({ type: 'BUG', nonRetryable: true });
  expect(String(failure)).not.toMatch(/Ana|ana\.ruiz|BAR|Failing row/);
});

function connectionLost(): Error {
  return Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
}

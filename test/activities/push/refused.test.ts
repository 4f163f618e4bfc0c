import { openRun } from '../../helpers/engine-run';
import { expectInvariants, expectNothingSentAgain } from '../../helpers/engine-invariants';
import { addTickets, setParallelCalls, setParameters } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('refused');
});
beforeEach(() => engine.reset());
afterAll(() => engine.close());

const idsFrom = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => String(first + i));

test('a run delivers, marks and prints each ticket once; another one sends nothing', async () => {
  await addTickets(engine.database.pool, 1, 120);
  const report = await openRun(engine).toEnd();
  expect(report).toMatchObject({ outcome: 'OK', ending: 'done', planned: 120, delivered: 120 });
  const { summary, calls } = await engine.admin.calls();
  expect(calls.map(({ ticketIds }) => ticketIds.length)).toEqual(expect.arrayContaining([50, 50, 20]));
  expect(summary.calls).toBe(3);
  expect(
    await engine.query(`select t.status, t.printed_pos_id, count(*)::integer, count(p.content_hash)::integer as hashed
      from ticket t join processed p on p.ticket_id = t.id group by 1, 2`),
  ).toEqual([{ status: 'PRINTED', printed_pos_id: '1', count: 120, hashed: 120 }]);
  await expectInvariants(engine);
  await expectNothingSentAgain(engine, () => openRun(engine).toEnd());
});

test('nothing due: the run is closed by its first activity and calls nobody', async () => {
  const planned = await openRun(engine).plan();
  expect(planned).toMatchObject({ batches: 0, last: true, report: { outcome: 'OK', planned: 0 } });
  expect((await engine.admin.callSummary()).calls).toBe(0);
});

test('1 bad ticket of 1,000 (F18): 999 delivered, 1 refused with the words of TIXNGO, at most 12 extra calls', async () => {
  await addTickets(engine.database.pool, 1, 1_000);
  await engine.admin.addFault({ kind: 'poison', ticketIds: ['321'], how: 'call-not-naming' });
  const report = await openRun(engine).toEnd();
  expect(report).toMatchObject({ outcome: 'ERROR', delivered: 999, refused: 1 });
  expect(report.message).toBe('1 ticket of 1000 refused: CONTENT_REFUSED (1). See: tixngo log 1 --outcome REFUSED');
  expect(await engine.query(`select ticket_id, code, message from execution_ticket where outcome = 'REFUSED'`)).toEqual(
    [{ ticket_id: '321', code: 'CONTENT_REFUSED', message: 'The call holds content that is refused' }],
  );
  expect((await engine.admin.callSummary()).calls).toBeLessThanOrEqual(32);
  await expectInvariants(engine);
  await expectNothingSentAgain(engine, () => openRun(engine).toEnd());
  const after = await openRun(engine).toEnd();
  expect(after).toMatchObject({ outcome: 'ERROR', planned: 1, refused: 1 });
  await engine.query(`insert into skip (schedule_id, ticket_id, reason, added_by) values (1, 321, 'sold twice', 'me')`);
  expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'OK', planned: 0 });
});

test('bad tickets that the answer names cost one more call', async () => {
  await addTickets(engine.database.pool, 1, 50);
  await engine.admin.addFault({ kind: 'poison', ticketIds: ['7', '8', '40'], how: 'call-naming' });
  expect(await openRun(engine).toEnd()).toMatchObject({ delivered: 47, refused: 3 });
  expect((await engine.admin.callSummary()).calls).toBe(2);
  await expectInvariants(engine);
});

test('k bad tickets that are not named: 50 - k delivered, k refused, at most 13 k calls', async () => {
  await addTickets(engine.database.pool, 1, 50);
  await engine.admin.addFault({
    kind: 'poison',
    ticketIds: ['1', '7', '26', '50'],
    how: 'call-not-naming',
    status: 400,
  });
  expect(await openRun(engine).toEnd()).toMatchObject({ delivered: 46, refused: 4 });
  expect((await engine.admin.callSummary()).calls).toBeLessThanOrEqual(52);
  await expectInvariants(engine);
});

test('a ticket that TIXNGO rejects by itself costs no call, and its words hold nothing that was sent', async () => {
  await addTickets(engine.database.pool, 1, 50);
  await engine.admin.addFault({ kind: 'poison', ticketIds: ['9'], how: 'ticket' });
  expect(await openRun(engine).toEnd()).toMatchObject({ delivered: 49, refused: 1 });
  expect((await engine.admin.callSummary()).calls).toBe(1);
  const [row] = await engine.query<{ message: string }>(`select message from ticket_outcome where outcome = 'REFUSED'`);
  expect(row?.message).toMatch(/cannot be taken/);
  expect(row?.message).not.toMatch(/Ana|ana\.ruiz/);
});

test('our own check refuses before any call, with the field named', async () => {
  await addTickets(engine.database.pool, 1, 3);
  await engine.query(`update ticket set barcode = null where id = 2`);
  expect(await openRun(engine).toEnd()).toMatchObject({
    delivered: 2,
    refused: 1,
    refusals: [{ code: 'REQUIRED_FIELD_MISSING', field: 'security.barcode', count: 1 }],
  });
  const { tickets } = await engine.admin.calls();
  expect(Object.keys(tickets)).toEqual(['1', '3']);
  await expectInvariants(engine);
});

describe('everything is refused whole (F19)', () => {
  test.each([1, 4])('with %i calls in flight it stops in error after at most 40 calls', async (parallelCalls) => {
    await setParallelCalls(engine.database.pool, { interface: 1, parallelCalls });
    await addTickets(engine.database.pool, 1, 3_000);
    await engine.admin.addFault({ kind: 'poison', ticketIds: idsFrom(1, 3_000), how: 'call-not-naming', status: 400 });
    const report = await openRun(engine).toEnd();
    expect(report).toMatchObject({ outcome: 'ERROR', ending: 'all refused', delivered: 0 });
    expect((await engine.admin.callSummary()).calls).toBeLessThanOrEqual(40);
    const rest = await engine.query<{ code: string }>(
      `select distinct code from execution_ticket where outcome = 'NOT_TRIED' order by code`,
    );
    expect(rest).toEqual([{ code: 'ALL_REFUSED' }, { code: 'CONTENT_REFUSED' }]);
    await expectInvariants(engine);
  });

  test('a bad beginning is no reason to stop: the trial finds good tickets and the run goes on', async () => {
    await addTickets(engine.database.pool, 1, 1_000);
    await engine.admin.addFault({ kind: 'poison', ticketIds: idsFrom(1, 100), how: 'call-not-naming' });
    expect(await openRun(engine).toEnd()).toMatchObject({ ending: 'done', delivered: 900, refused: 100 });
    await expectInvariants(engine);
  });

  test.each([
    { parallelCalls: 1, ticketIterationSize: 5, tickets: 200 },
    { parallelCalls: 4, ticketIterationSize: 5, tickets: 20 },
    { parallelCalls: 4, ticketIterationSize: 10, tickets: 40 },
  ])('also in small calls: a range that narrowed to its end hands over to one other (%j)', async (setting) => {
    const { parallelCalls, ticketIterationSize, tickets } = setting;
    await setParallelCalls(engine.database.pool, { interface: 1, parallelCalls });
    await setParameters(engine.database.pool, { ticketIterationSize });
    await addTickets(engine.database.pool, 1, tickets);
    await engine.admin.addFault({ kind: 'poison', ticketIds: idsFrom(1, tickets), how: 'call-not-naming' });
    expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'ERROR', ending: 'all refused', delivered: 0 });
    expect((await engine.admin.callSummary()).calls).toBeLessThanOrEqual(40);
    await expectInvariants(engine);
  });

  test('one batch of bad tickets at the end is narrowed to its end: TIXNGO does take others', async () => {
    await setParallelCalls(engine.database.pool, { interface: 1, parallelCalls: 1 });
    await addTickets(engine.database.pool, 1, 150);
    await engine.admin.addFault({ kind: 'poison', ticketIds: idsFrom(101, 149), how: 'call-not-naming' });
    expect(await openRun(engine).toEnd()).toMatchObject({ ending: 'done', delivered: 101, refused: 49 });
    await expectInvariants(engine);
  });
});

describe('answers that do not fit the call (F20)', () => {
  test('a missing result is asked for once, with only that ticket, and then settled', async () => {
    await addTickets(engine.database.pool, 1, 50);
    await engine.admin.addFault({ kind: 'results', how: 'missing', ticketIds: ['5', '6'], count: 1 });
    expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'OK', delivered: 50 });
    const { calls } = await engine.admin.calls();
    expect(calls.map(({ ticketIds }) => ticketIds.length)).toEqual([50, 2]);
    await expectInvariants(engine, { leftOut: ['5', '6'] });
  });

  test.each(['missing', 'unknown-outcome'] as const)(
    '%s twice is UNKNOWN with a reason, first in the next run, and settled there',
    async (how) => {
      await addTickets(engine.database.pool, 1, 50);
      await engine.admin.addFault({ kind: 'results', how, ticketIds: ['5'], count: 2 });
      expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'ERROR', delivered: 49, unknown: 1 });
      expect(await engine.query(`select ticket_id, code from execution_ticket where outcome = 'UNKNOWN'`)).toEqual([
        { ticket_id: '5', code: 'NO_RESULT' },
      ]);
      await expectInvariants(engine, { leftOut: ['5'] });
      await addTickets(engine.database.pool, 51, 52);
      await engine.admin.clearCalls();
      expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'OK', delivered: 3 });
      const [first] = (await engine.admin.calls()).calls;
      expect(first?.ticketIds).toEqual(['5', '51', '52']);
      expect(await engine.query(`select from ticket_outcome`)).toEqual([]);
    },
  );

  test.each(['unknown-ids', 'doubled'] as const)('%s mark nobody else', async (how) => {
    await addTickets(engine.database.pool, 1, 50);
    await engine.admin.addFault({ kind: 'results', how });
    expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'OK', delivered: 50 });
    expect((await engine.query(`select from processed`)).length).toBe(50);
    await expectInvariants(engine);
  });
});

test('1,000 refused tickets with the lowest ids, 1,000 good ones behind them, batch size 100: the good ones go out in 10 runs', async () => {
  await addTickets(engine.database.pool, 1, 1_000);
  await engine.query(`update ticket set barcode = null`);
  expect(await openRun(engine).toEnd()).toMatchObject({ refused: 1_000 });
  await addTickets(engine.database.pool, 1_001, 2_000);
  await engine.query(`update schedule set batch_size = 100`);
  for (let run = 1; run <= 10; run += 1) {
    const report = await openRun(engine).toEnd();
    expect({ run, planned: report.planned, delivered: report.delivered }).toEqual({
      run,
      planned: 100,
      delivered: 100,
    });
  }
  await expectInvariants(engine);
  // Bad ones take at most one call's worth, and the function stays in error while they stand.
  expect(await openRun(engine).toEnd()).toMatchObject({
    outcome: 'ERROR',
    planned: 50,
    refused: 50,
    standingRefused: 950,
  });
});

test('a refused ticket that a run is told to skip, by its start or by its schedule, does not keep that run in error', async () => {
  await addTickets(engine.database.pool, 1, 3);
  await engine.query(`update ticket set barcode = null where id = 2`);
  expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'ERROR', refused: 1 });
  await addTickets(engine.database.pool, 4, 4);
  expect(await openRun(engine, { skip: 'id:2' }).toEnd()).toMatchObject({
    outcome: 'OK',
    planned: 1,
    standingRefused: 0,
  });
  await engine.query(`update schedule set settings = jsonb_set(settings, '{skip,ids}', '["2"]')`);
  expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'OK', planned: 0, standingRefused: 0 });
  await engine.query(`update schedule set settings = jsonb_set(settings, '{skip,ids}', '[]')`);
  expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'ERROR', refused: 1 });
});

test('killRatio stops the run early, in error; its share counts first attempts', async () => {
  await setParameters(engine.database.pool, { killRatio: 0.1 });
  await setParallelCalls(engine.database.pool, { interface: 1, parallelCalls: 1 });
  await addTickets(engine.database.pool, 1, 2_000);
  await engine.query(`update ticket set barcode = null where id % 5 = 0`);
  const report = await openRun(engine).toEnd();
  expect(report).toMatchObject({ outcome: 'ERROR', ending: 'kill ratio' });
  expect(report.notTried).toBeGreaterThan(1_500);
  await expectInvariants(engine);
});

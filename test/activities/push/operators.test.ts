import { openRun } from '../../helpers/engine-run';
import { expectInvariants } from '../../helpers/engine-invariants';
import { addTickets } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';
import { until } from '../../helpers/until';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('operators', { callDeadlineMs: 500 });
});
beforeEach(() => engine.reset());
afterAll(() => engine.close());

const range = (firstBatch: number, lastBatch: number) => ({ number: firstBatch, firstBatch, lastBatch });
const sent = async () => (await engine.admin.calls()).calls.flatMap(({ ticketIds }) => ticketIds);
const outcomes = () =>
  engine.query<{ ticket_id: string; outcome: string; code: string | null }>(
    `select ticket_id, outcome, code from execution_ticket where outcome <> 'DELIVERED' order by ticket_id`,
  );
describe('what an operator asks for', () => {
  test('simulation: everything but the call; nothing is sent, marked, printed, claimed or mailed', async () => {
    await addTickets(engine.database.pool, 1, 60);
    await engine.query(`update ticket set barcode = null where id = 3`);
    const report = await openRun(engine, { simulate: true }).toEnd();
    expect(report).toMatchObject({ outcome: 'ERROR', simulated: 59, refused: 1, delivered: 0 });
    expect((await engine.admin.callSummary()).calls).toBe(0);
    const [left] = await engine.query(`select (select count(*) from processed)::integer as marks,
      (select count(*) from claim)::integer as claims, (select count(*) from ticket where status <> 'NOT_PRINTED')::integer as printed,
      (select count(*) from ticket_outcome)::integer as outcomes, (select count(*) from outbox)::integer as mails`);
    expect(left).toEqual({ marks: 0, claims: 0, printed: 0, outcomes: 0, mails: 0 });
    await expectInvariants(engine);
    // Again: a real run over what was simulated.
    expect(await openRun(engine, { again: report.execution }).toEnd()).toMatchObject({ delivered: 59, refused: 1 });
  });

  test('force sends these only, also when they are processed; what cannot be sent is SKIPPED with its reason', async () => {
    await addTickets(engine.database.pool, 1, 60);
    expect(await openRun(engine, { force: 'N1, id:2' }).toEnd()).toMatchObject({
      outcome: 'OK',
      planned: 2,
      delivered: 2,
    });
    await engine.query(`update ticket set status = 'CANCELLED' where id = 3`);
    const warn = jest.fn();
    const report = await openRun(engine, { force: 'N1, id:3, N404', warn }).toEnd();
    expect(report).toMatchObject({ outcome: 'WARNING', planned: 2, delivered: 1, skipped: 1, unknownForced: 1 });
    // The log counts what names no ticket and never repeats it: somebody may have typed a name.
    expect(warn.mock.calls).toEqual([['Forced numbers name no ticket', expect.objectContaining({ unknown: 1 })]]);
    expect(JSON.stringify(warn.mock.calls)).not.toContain('N404');
    expect(await sent()).toEqual(['1', '2', '1']);
    expect(await engine.query(`select ticket_id, version from processed order by 1`)).toEqual([
      { ticket_id: '1', version: 2 },
      { ticket_id: '2', version: 1 },
    ]);
    expect(await outcomes()).toEqual([{ ticket_id: '3', outcome: 'SKIPPED', code: 'NOT_ELIGIBLE' }]);
    await expectInvariants(engine);
  });

  test('skip wins over force, and is never cut short by the batch size', async () => {
    await addTickets(engine.database.pool, 1, 5);
    await engine.query(`update schedule set batch_size = 2`);
    await engine.query(`insert into skip (schedule_id, ticket_id, reason, added_by) values (1, 5, 'no', 'me')`);
    const report = await openRun(engine, { force: 'id:1,id:2,id:3,id:4,id:5', skip: 'N2' }).toEnd();
    expect(await sent()).toEqual(['1', '3', '4']);
    // Left out by the selection: counted, no row in the log (domain.md 6).
    expect(report).toMatchObject({ outcome: 'OK', planned: 3, delivered: 3, skipped: 0, skipListed: 2 });
    expect(report.message).toContain('2 forced tickets left out by the skip list.');
    expect(await outcomes()).toEqual([]);
    await expectInvariants(engine);
  });

  test('a force list that is wholly on the skip list sends nothing and says why', async () => {
    await addTickets(engine.database.pool, 1, 1);
    const report = await openRun(engine, { force: 'id:1', skip: 'id:1' }).toEnd();
    expect(report).toMatchObject({ outcome: 'OK', planned: 0 });
    expect(report.message).toContain('1 forced ticket left out by the skip list.');
    expect(await outcomes()).toEqual([]);
  });

  test('the upper bound: tickets sold during the run are left to the next one', async () => {
    await addTickets(engine.database.pool, 1, 4_100);
    const run = openRun(engine);
    expect(await run.plan()).toMatchObject({ tickets: 4_000, last: false });
    await addTickets(engine.database.pool, 5_001, 5_010);
    expect(await run.plan()).toMatchObject({ tickets: 100, last: true, firstBatch: 80 });
  });

  test('stop finishes what is in flight and leaves the rest NOT_TRIED; the next run takes it', async () => {
    await addTickets(engine.database.pool, 1, 500);
    const run = openRun(engine);
    await run.plan();
    await run.push(range(0, 2));
    await run.setState('stopping');
    expect(await run.push(range(3, 9))).toMatchObject({ stopped: 'ending', nextBatch: 3 });
    expect((await run.close('operator')).report).toMatchObject({
      outcome: 'ERROR',
      ending: 'operator',
      delivered: 150,
      notTried: 350,
    });
    await expectInvariants(engine);
    expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'OK', delivered: 350 });
  });

  test('pause holds a range at its next call, resume lets it go on where it stood', async () => {
    await addTickets(engine.database.pool, 1, 200);
    const run = openRun(engine);
    await run.plan();
    await run.push(range(0, 0));
    await run.setState('paused');
    expect(await run.push(range(1, 3))).toMatchObject({ stopped: 'paused', nextBatch: 1 });
    expect((await engine.admin.callSummary()).calls).toBe(1);
    await run.setState('running');
    expect(await run.push(range(1, 3))).toMatchObject({ stopped: 'finished', counts: { delivered: 150 } });
  });

  test.each(['interface', 'organizer_gate'])(
    'a paused %s holds every range, and its resumption lets them go on',
    async (table) => {
      await addTickets(engine.database.pool, 1, 50);
      const run = openRun(engine);
      await run.plan();
      await engine.query(`update ${table} set paused = true`);
      const [before] = await engine.query<{ at: string }>('select clock_timestamp() as at');
      const attempt = run.push(range(0, 0));
      await until('the range has asked for a slot', async () => {
        const asked = await engine.query(
          `select from pg_stat_activity where datname = current_database() and application_name = 'test worker'
             and query like '%take_call_slot%' and state = 'idle' and query_start > $1`,
          [before?.at],
        );
        return asked.length > 0;
      });
      expect((await engine.admin.callSummary()).calls).toBe(0);
      await engine.query(`update ${table} set paused = false`);
      expect(await attempt).toMatchObject({ stopped: 'finished', counts: { delivered: 50 } });
    },
  );
});

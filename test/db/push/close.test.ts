import { settleRest } from '../../../db/queries/push/settle-rest';
import { freeLeftClaims } from '../../../db/queries/push/lost-executions';
import { openRun, type EngineRun } from '../../helpers/engine-run';
import { addTickets } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';

let engine: Engine;
let run: EngineRun;
beforeAll(async () => {
  engine = await openEngine('close');
});
beforeEach(async () => {
  await engine.reset();
  await addTickets(engine.database.pool, 1, 10);
  run = openRun(engine);
  await run.plan();
});
afterAll(() => engine.close());

const announce = (
  number: number,
  positions: readonly number[],
  more: { answered?: boolean; refusal?: string; repeats?: number; seconds?: number; worker?: string } = {},
) =>
  engine.query(
    `insert into call (execution_id, batch, number, range_number, key, positions, worker_id, token, deadline, answered_at, refusal_code, refusal_message, repeats)
     values ($1, 0, $2, 0, 'k', $3, $4, 1, now() + make_interval(secs => $5), case when $6 then now() end, $7::text, case when $7::text is not null then 'words' end, $8)`,
    [
      run.execution(),
      number,
      positions,
      more.worker ?? '0',
      more.seconds ?? 30,
      more.answered ?? false,
      more.refusal ?? null,
      more.repeats ?? 0,
    ],
  );
/** By a call of their own, after all others. */
const delivered = (...tickets: readonly number[]) =>
  engine.query(
    `insert into call (execution_id, batch, number, range_number, key, positions, worker_id, token, deadline, answered_at, delivered)
     values ($1, 0, 99, 0, 'k', $2, '0', 1, now(), now(), $2)`,
    [run.execution(), tickets.map((ticket) => ticket - 1)],
  );
const settled = (ticket: number, outcome: string, code = 'X') =>
  engine.query(
    `insert into execution_undelivered (execution_id, position, ticket_id, outcome, code) values ($1, $2::integer - 1, $2, $3, $4)`,
    [run.execution(), ticket, outcome, code],
  );
const log = () =>
  engine.query(`select ticket_id::integer as id, outcome, code, message from execution_ticket order by position`);
const last = () =>
  engine.query(
    `select ticket_id::integer as id, outcome, code, attempted_at is not null as tried from ticket_outcome order by 1`,
  );

describe('what is open when a run ends early', () => {
  const settle = (simulation = false) =>
    settleRest(engine.database.kysely, {
      execution: run.execution(),
      function: 'inject-tickets',
      simulation,
      code: 'OUTAGE',
    });

  test('UNKNOWN when a call of it is unanswered or its answer left it out, NOT_TRIED with its refusal when a whole call was refused, else NOT_TRIED with the reason', async () => {
    const leftOut = 'sent, and the answer left this ticket out; the run ended before it was asked for again';
    await delivered(1);
    await announce(1, [0, 1, 2, 3, 4, 5], { answered: true, refusal: 'FIRST' });
    await announce(2, [1, 2, 3], { answered: true, refusal: 'SECOND' });
    await announce(3, [1], { answered: false });
    await announce(4, [8, 9], { answered: true });
    await settle();
    expect(await log()).toEqual([
      { id: 1, outcome: 'DELIVERED', code: null, message: null },
      {
        id: 2,
        outcome: 'UNKNOWN',
        code: 'ANSWER_LOST',
        message: 'sent, and no valid answer came before the run ended',
      },
      { id: 3, outcome: 'NOT_TRIED', code: 'SECOND', message: 'words' },
      { id: 4, outcome: 'NOT_TRIED', code: 'SECOND', message: 'words' },
      { id: 5, outcome: 'NOT_TRIED', code: 'FIRST', message: 'words' },
      { id: 6, outcome: 'NOT_TRIED', code: 'FIRST', message: 'words' },
      ...[7, 8].map((id) => ({ id, outcome: 'NOT_TRIED', code: 'OUTAGE', message: null })),
      ...[9, 10].map((id) => ({ id, outcome: 'UNKNOWN', code: 'NO_RESULT', message: leftOut })),
    ]);
    // A whole refusal is an attempt of all its tickets; one that was never called is not.
    expect((await last()).map((row) => Object.values(row).join(' '))).toEqual([
      '2 UNKNOWN ANSWER_LOST true',
      ...[3, 4].map((id) => `${String(id)} NOT_TRIED SECOND true`),
      ...[5, 6].map((id) => `${String(id)} NOT_TRIED FIRST true`),
      ...[7, 8].map((id) => `${String(id)} NOT_TRIED OUTAGE false`),
      ...[9, 10].map((id) => `${String(id)} UNKNOWN NO_RESULT true`),
    ]);
  });

  test('UNKNOWN when a call was refused whole only when it was repeated, also where a part of it was refused since: the first sending has no answer', async () => {
    await announce(1, [0, 1, 2], { answered: true, refusal: 'FIRST', repeats: 1 });
    await announce(2, [0, 1], { answered: true, refusal: 'SECOND' });
    await announce(3, [3], { answered: true, refusal: 'THIRD' });
    await settle();
    const message =
      'sent, and no answer came; the repetition was refused whole, and the run ended before it was narrowed down';
    expect((await log()).slice(0, 4)).toEqual([
      ...[1, 2, 3].map((id) => ({ id, outcome: 'UNKNOWN', code: 'ANSWER_LOST', message })),
      { id: 4, outcome: 'NOT_TRIED', code: 'THIRD', message: 'words' },
    ]);
  });

  test('an UNKNOWN of an earlier run stays UNKNOWN, and the last attempt keeps its time', async () => {
    await engine.query(`insert into ticket_outcome (ticket_id, function, execution_id, outcome, code, attempted_at)
      values (1, 'inject-tickets', 99, 'UNKNOWN', 'OLD', now()), (2, 'inject-tickets', 99, 'REFUSED', 'OLD', now())`);
    await settle();
    expect((await last()).slice(0, 3)).toEqual([
      { id: 1, outcome: 'UNKNOWN', code: 'OLD', tried: true },
      { id: 2, outcome: 'NOT_TRIED', code: 'OUTAGE', tried: true },
      { id: 3, outcome: 'NOT_TRIED', code: 'OUTAGE', tried: false },
    ]);
  });

  test('again changes nothing; a simulation leaves nothing on the tickets', async () => {
    await settle(true);
    expect(await last()).toEqual([]);
    const first = await log();
    await settle(true);
    expect(await log()).toEqual(first);
    expect(first).toHaveLength(10);
  });
});

describe('a close', () => {
  test('counts from rows, frees claims and slots, keeps the report', async () => {
    await engine.query(
      `update call_slot set execution_id = $1, range_number = 0, until = now() + interval '1 minute' where n = 1`,
      [run.execution()],
    );
    await delivered(1, 2, 3, 4, 5, 6);
    await settled(7, 'REFUSED', 'B');
    await settled(8, 'REFUSED', 'A');
    await settled(9, 'REFUSED', 'A');
    await settled(10, 'SKIPPED');
    const { report } = await run.close();
    expect(report).toMatchObject({
      outcome: 'ERROR',
      ending: 'done',
      planned: 10,
      delivered: 6,
      refused: 3,
      skipped: 1,
      refusals: [
        { code: 'A', count: 2 },
        { code: 'B', count: 1 },
      ],
    });
    expect(await engine.query(`select from claim`)).toEqual([]);
    expect(await engine.query(`select from call_slot where execution_id is not null`)).toEqual([]);
    expect(
      await engine.query(
        `select outcome, ending, closed_at is not null as closed, report ->> 'delivered' as delivered from execution`,
      ),
    ).toEqual([{ outcome: 'ERROR', ending: 'done', closed: true, delivered: '6' }]);
  });

  test('is in error while a ticket refused before is still due, also when nothing was tried', async () => {
    await delivered(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    await addTickets(engine.database.pool, 50, 52);
    await engine.query(`insert into ticket_outcome (ticket_id, function, execution_id, outcome, code, attempted_at)
      select i, 'inject-tickets', 99, 'REFUSED', 'X', now() from generate_series(50, 52) i`);
    await engine.query(`update ticket set status = 'CANCELLED' where id = 51;
      insert into skip (schedule_id, ticket_id, reason, added_by) values (1, 52, 'r', 'me')`);
    expect((await run.close()).report).toMatchObject({ outcome: 'ERROR', standingRefused: 1 });
  });

  test('a ticket that it counts itself is not told a second time, whichever run refused it last', async () => {
    await delivered(1, 2, 3, 4, 5, 6, 7, 8, 9);
    await settled(10, 'REFUSED');
    await engine.query(`insert into ticket_outcome (ticket_id, function, execution_id, outcome, code, attempted_at)
      values (10, 'inject-tickets', 99, 'REFUSED', 'X', now())`);
    expect((await run.close()).report).toMatchObject({ refused: 1, standingRefused: 0 });
  });

  test('what a range found out stands before what the workflow assumes', async () => {
    await engine.query(`update execution set ending = 'outage'`);
    expect((await run.close('done')).report).toMatchObject({ ending: 'outage', notTried: 10 });
  });

  test('a mail per turn, to the recipients of the interface, without personal data', async () => {
    await run.close('operator');
    const [mail] = await engine.query<{ subject: string; body: string; recipients: string[]; kind: string }>(
      `select * from outbox`,
    );
    expect(mail).toMatchObject({ kind: 'FAILED', recipients: ['ops@example.org'] });
    expect(mail?.subject).toBe('inject-tickets on fcx (FCX) ended in error: 10 of 10 tickets');
    expect(`${String(mail?.subject)} ${String(mail?.body)}`).not.toMatch(/Ana|ana\.ruiz|BAR/);
  });

  test('no mail without recipients', async () => {
    await engine.query(`update interface set notify = '{}'`);
    await run.close('operator');
    expect(await engine.query(`select from outbox`)).toEqual([]);
  });
});

describe('a lost run', () => {
  test('keeps slot and claims of a call that may still be under way, until it is over', async () => {
    const worker = engine.worker.session.id() ?? '';
    await announce(1, [0, 1], { worker });
    await engine.query(
      `update call_slot set execution_id = $1, range_number = 0, until = now() + interval '1 minute', worker_id = $2 where n = 1`,
      [run.execution(), worker],
    );
    engine.runs.delete(run.workflowId);
    await openRun(engine).plan();
    expect(await engine.query(`select outcome, ending, claims_left from execution where id = 1`)).toEqual([
      { outcome: 'ERROR', ending: 'failed', claims_left: true },
    ]);
    expect(await engine.query(`select ticket_id::integer as id from claim where execution_id = 1 order by 1`)).toEqual([
      { id: 1 },
      { id: 2 },
    ]);
    expect(
      await engine.query(
        `select n, until < now() + interval '31 seconds' as shorter from call_slot where execution_id = 1`,
      ),
    ).toEqual([{ n: 1, shorter: true }]);
    expect((await log()).filter((row) => 'outcome' in row && row.outcome === 'UNKNOWN')).toHaveLength(2);
    await freeLeftClaims(engine.database, 'club');
    expect((await engine.query(`select from claim where execution_id = 1`)).length).toBe(2);
    await engine.query(`update call set deadline = now()`);
    await freeLeftClaims(engine.database, 'club');
    expect(await engine.query(`select from claim where execution_id = 1`)).toEqual([]);
    expect(await engine.query(`select claims_left from execution where id = 1`)).toEqual([{ claims_left: false }]);
  });

  test('of another namespace is lost after an hour without a sign of life', async () => {
    await engine.query(`update execution set namespace = 'elsewhere'`);
    await openRun(engine).plan();
    expect(await engine.query(`select from execution where id = 1 and closed_at is null`)).toHaveLength(1);
    await engine.query(`update execution set last_sign_at = now() - interval '61 minutes'`);
    await openRun(engine).plan();
    expect(await engine.query(`select from execution where id = 1 and closed_at is null`)).toHaveLength(0);
  });

  test('one whose workflow began anew under another first run is lost; one that is open is not', async () => {
    await openRun(engine).plan();
    expect(await engine.query(`select from execution where id = 1 and closed_at is null`)).toHaveLength(1);
    engine.runs.set(run.workflowId, { state: 'open', firstRunId: 'another' });
    await openRun(engine).plan();
    expect(await engine.query(`select from execution where id = 1 and closed_at is null`)).toHaveLength(0);
  });
});

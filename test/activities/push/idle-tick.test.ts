import type { KyselyPlugin } from 'kysely';
import type { Client } from 'pg';
import type { PushInput } from '../../../workflows/contract';
import { openStatements } from '../../../db/statements';
import { openRun } from '../../helpers/engine-run';
import { expectInvariants } from '../../helpers/engine-invariants';
import { addTickets } from '../../helpers/engine-seed';
import { type Engine, type EngineWorker, openEngine } from '../../helpers/engine-world';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('idle-tick');
});
beforeEach(() => engine.reset());
afterAll(() => engine.close());

const mails = () => engine.query(`select execution_id, kind, recipients, subject, body from outbox order by id`);

/** A worker whose statements are listed as they go to Postgres, begin and commit too. */
async function listStatements(work: (worker: EngineWorker) => Promise<unknown>): Promise<readonly string[]> {
  const database = openStatements({ url: engine.url, connections: 1 });
  const connections: jest.SpiedFunction<Client['query']>[] = [];
  database.pool.on('connect', (client) => {
    connections.push(jest.spyOn(client, 'query'));
  });
  try {
    await work({ ...engine.worker, database });
    const calls: readonly (readonly unknown[])[] = connections.flatMap(({ mock }) => mock.calls);
    return calls.map(([text]) => String(text));
  } finally {
    await database.close();
  }
}

/** A worker that lets something happen as soon as it has learnt that nothing is due. */
function betweenStatements(happening: () => Promise<unknown>): EngineWorker {
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      if (result.rows.some((row) => 'lastRun' in row)) await happening();
      return result;
    },
  };
  const { database } = engine.worker;
  return { ...engine.worker, database: { ...database, kysely: database.kysely.withPlugin(plugin) } };
}

describe('a tick with nothing due', () => {
  test.each<[string, Partial<PushInput>]>([
    ['by itself', {}],
    ['of a simulation', { simulate: true }],
    ['of a schedule', { trigger: 'SCHEDULE' }],
  ])('takes three statements, begin and commit included: %s', async (_what, input) => {
    // A run of the same account that is not lost costs none.
    await addTickets(engine.database.pool, 1, 1);
    await openRun(engine).plan();
    await engine.query(`update ticket set status = 'CANCELLED'`);
    const statements = await listStatements((worker) => openRun(engine, { ...input, pickWorker: () => worker }).plan());
    expect(statements.map((text) => text.trim().split(/\s/)[0])).toEqual(['with', 'with', 'with']);
    expect(await engine.query(`select closed_at is not null as closed from execution order by id`)).toEqual([
      { closed: false },
      { closed: true },
    ]);
  });

  test.each<[string, Partial<PushInput>]>([
    ['by an operator', {}],
    ['by its schedule', { trigger: 'SCHEDULE' }],
    ['as a simulation', { simulate: true }],
  ])('leaves what a run leaves that was planned in a transaction: %s', async (_what, input) => {
    await engine.query(`update schedule set batch_size = 7`);
    await addTickets(engine.database.pool, 1, 3);
    await engine.query(`update ticket set status = 'CANCELLED'`);
    // A start that names a ticket is planned in a transaction, and N404 is no ticket.
    const planned = await openRun(engine, { ...input, skip: 'N404' }).plan();
    const idle = await openRun(engine, input).plan();
    expect(idle).toEqual({ ...planned, execution: 2, report: { ...planned.report, execution: 2 } });
    const rows = await engine.query<{ row: Readonly<Record<string, unknown>>; slice: unknown; times: unknown }>(
      `select to_jsonb(e) - array['id', 'first_run_id', 'workflow_id', 'opened_at', 'closed_at', 'last_sign_at', 'report'] as row,
         to_jsonb(s) - array['execution_id', 'planned_at'] as slice,
         opened_at <= closed_at and last_sign_at = closed_at and s.planned_at = closed_at as times
       from execution e join execution_slice s on s.execution_id = e.id order by e.id`,
    );
    expect(rows[0]).toMatchObject({
      times: true,
      row: { ending: 'done', outcome: 'OK', slices: 1, upper_ticket_id: 3 },
    });
    expect(rows[1]).toEqual(rows[0]);
    expect(await engine.query(`select id, report from execution order by id`)).toEqual([
      { id: '1', report: planned.report },
      { id: '2', report: idle.report },
    ]);
    await expectInvariants(engine);
  });

  test('a second attempt finds the report of the first, also at the same time', async () => {
    const identity = { workflowId: 'same', firstRunId: 'same' };
    const [one, other] = await Promise.all([openRun(engine, identity).plan(), openRun(engine, identity).plan()]);
    expect(other).toEqual(one);
    await addTickets(engine.database.pool, 1, 1);
    expect(await openRun(engine, identity).plan()).toEqual(one);
    expect((await engine.query(`select from execution`)).length).toBe(1);
    expect((await engine.query(`select from execution_slice`)).length).toBe(1);
  });

  test('a ticket that becomes due at the last moment is left to the next run', async () => {
    const worker = betweenStatements(() => addTickets(engine.database.pool, 1, 1));
    const report = await openRun(engine, { pickWorker: () => worker }).toEnd();
    expect(report).toMatchObject({ outcome: 'OK', planned: 0 });
    expect(await engine.query(`select upper_ticket_id from execution`)).toEqual([{ upper_ticket_id: '0' }]);
    expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'OK', delivered: 1 });
    await expectInvariants(engine);
  });

  test('an attempt that finds a plan written meanwhile takes that plan', async () => {
    const identity = { workflowId: 'same', firstRunId: 'same' };
    const quicker = async () => {
      await addTickets(engine.database.pool, 1, 60);
      await openRun(engine, identity).plan();
    };
    const worker = betweenStatements(quicker);
    const planned = await openRun(engine, { ...identity, pickWorker: () => worker }).plan();
    expect(planned).toMatchObject({ tickets: 60, batches: 2, last: true });
    expect(planned.report).toBeUndefined();
    expect(await engine.query(`select planned, closed_at from execution`)).toEqual([{ planned: 60, closed_at: null }]);
  });

  test('lost runs are closed, and claims that such a one kept are freed', async () => {
    await addTickets(engine.database.pool, 1, 10);
    const lost = openRun(engine);
    await lost.plan();
    engine.runs.delete(lost.workflowId);
    await engine.query(`update ticket set status = 'CANCELLED'`);
    expect(await openRun(engine).toEnd()).toMatchObject({ planned: 0 });
    expect(await engine.query(`select ending, outcome from execution order by id`)).toEqual([
      { ending: 'failed', outcome: 'ERROR' },
      { ending: 'done', outcome: 'OK' },
    ]);
    await engine.query(`insert into claim (ticket_id, execution_id) values (1, 1)`);
    await engine.query(`update execution set claims_left = true where id = 1`);
    await openRun(engine).toEnd();
    expect(await engine.query(`select from claim`)).toEqual([]);
    expect(await engine.query(`select from execution where claims_left`)).toEqual([]);
  });
});

describe('mails of a tick with nothing due', () => {
  const refuse = async () => {
    await addTickets(engine.database.pool, 1, 1);
    await engine.query(`update ticket set barcode = null`);
    expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'ERROR', refused: 1 });
    await engine.query(`delete from outbox`);
  };
  const cancel = () => engine.query(`update ticket set status = 'CANCELLED'`);

  test('the schedule is good again: one mail, by the tick that found it, to the recipients of the interface', async () => {
    await refuse();
    await cancel();
    expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'OK', planned: 0 });
    await openRun(engine).toEnd();
    expect(await mails()).toEqual([
      {
        execution_id: '2',
        kind: 'RECOVERED',
        recipients: ['ops@example.org'],
        subject: 'inject-tickets on fcx (FCX) is good again',
        body: 'Nothing was due.\n',
      },
    ]);
    await expectInvariants(engine);
  });

  test('none from a simulation, and none where nobody wants one', async () => {
    await refuse();
    await cancel();
    await openRun(engine, { simulate: true }).toEnd();
    await engine.query(`update interface set notify = '{}'`);
    await openRun(engine).toEnd();
    expect(await mails()).toEqual([]);
  });

  test('refused tickets that are due but not tried keep it in error, under its own number', async () => {
    await refuse();
    // Refused by a clock that went ahead: not due by its last attempt, and still standing.
    await engine.query(`update ticket_outcome set attempted_at = now() + interval '1 hour'`);
    await engine.query(`update execution set report = report || '{"signature": "another"}'`);
    const report = await openRun(engine).toEnd();
    expect(report).toMatchObject({ execution: 2, outcome: 'ERROR', planned: 0, standingRefused: 1 });
    expect(report.message).toMatch(/^1 ticket refused in earlier runs still due: .* See: tixngo log 2$/);
    expect(await mails()).toMatchObject([{ execution_id: '2', kind: 'REASON_CHANGED', body: `${report.message}\n` }]);
    expect(await openRun(engine, { simulate: true }).toEnd()).toMatchObject({ outcome: 'OK', standingRefused: 0 });
  });
});

test.each([
  ['never tried', ''],
  ['sent with the answer lost', `'UNKNOWN', null`],
  ['left out', `'SKIPPED', now() - interval '1 hour'`],
  ['refused', `'REFUSED', now() - interval '1 hour'`],
])('a ticket alone that was %s is due: the run is planned and draws one number', async (_what, outcome) => {
  await addTickets(engine.database.pool, 1, 1);
  if (outcome !== '') {
    await engine.query(`insert into ticket_outcome (ticket_id, function, execution_id, code, outcome, attempted_at)
      values (1, 'inject-tickets', 99, 'X', ${outcome})`);
  }
  expect(await openRun(engine).plan()).toMatchObject({ execution: 1, tickets: 1, batches: 1 });
  expect(await openRun(engine).plan()).toMatchObject({ execution: 2, tickets: 0 });
});

test('a start that names tickets is planned though nothing is due by itself', async () => {
  await addTickets(engine.database.pool, 1, 1);
  await openRun(engine).toEnd();
  expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'OK', planned: 0 });
  expect(await openRun(engine, { force: 'N1' }).toEnd()).toMatchObject({ planned: 1, delivered: 1 });
  expect(await openRun(engine, { force: 'N404' }).toEnd()).toMatchObject({ outcome: 'WARNING', unknownForced: 1 });
});

import { toAnnounceValues } from '../../../db/queries/push/announce';
import { announceStatement } from '../../../db/queries/push/announce-statement';
import { leaveRangeStatement } from '../../../db/queries/push/leave-range';
import { loadPlanStatement } from '../../../db/queries/push/load-plan';
import { type PreparedStatement, runPrepared } from '../../../db/prepared';
import { type Announcing, answered, openAnnouncing, outcome, skipped } from './announce-fixture';

let announcing: Announcing;
beforeAll(async () => {
  announcing = await openAnnouncing('announce-cost');
});
beforeEach(() => announcing.begin());
afterAll(() => announcing.engine.close());

const batch = Array.from({ length: 50 }, (_, position) => position);

/** As after a run: the claims are gone, and autovacuum has noted that the table is empty. Then the next run plans 50,000 tickets. */
async function fillAfterEmpty(): Promise<void> {
  const { engine } = announcing;
  const claims = `insert into claim select i, 1 from generate_series(1, 50000) as i on conflict do nothing`;
  await engine.query(claims);
  await engine.query(`delete from claim`);
  await engine.query(`vacuum (truncate off, analyze) claim`);
  await engine.query(claims);
}

/** 2,001 answered calls of the run and the range, of other batches. */
async function addManyCalls(): Promise<void> {
  const { identity, worker } = announcing.input();
  await announcing.engine.query(
    `insert into call (execution_id, batch, number, range_number, key, positions, worker_id, token, deadline, answered_at)
     select $1, i, 1, 0, repeat('a', 64), array[i * 50], $2, 1, now(), now() from generate_series(1000, 3000) as i`,
    [identity.execution, worker],
  );
}

/** 11,000 refused tickets of the run, from this position on. */
async function addManyRefusals(first: number): Promise<void> {
  await announcing.engine.query(
    `insert into execution_undelivered (execution_id, position, ticket_id, outcome, code)
     select $1, i, i, 'REFUSED', 'X' from generate_series($2::integer, $2 + 10999) as i`,
    [announcing.input().identity.execution, first],
  );
}

interface Question {
  readonly statement: PreparedStatement;
  readonly values: readonly unknown[];
  /** Fills the tables after the statement was planned on empty ones, as it is when a worker starts. */
  readonly fill: () => Promise<void>;
}

/** How Postgres ran the statement on a connection of the worker, `most`: the rows of its largest step, those included that it looked at in vain. */
async function explain({ statement, values, fill }: Question) {
  await announcing.engine.query('vacuum analyze call');
  await announcing.engine.query('vacuum analyze execution_undelivered');
  const client = await announcing.engine.worker.database.pool.connect();
  const plan: string[] = [];
  const listen = ({ message }: { readonly message?: string | undefined }) => plan.push(...(message ?? '').split('\n'));
  try {
    await runPrepared(client, statement, values);
    await fill();
    // The plan that the connection keeps; "explain" would make one for these values and the tables as they are now.
    await client.query(`load 'auto_explain'; set auto_explain.log_min_duration = 0; set auto_explain.log_analyze = on;
      set auto_explain.log_timing = off; set client_min_messages = log`);
    client.on('notice', listen);
    await runPrepared(client, statement, values);
  } finally {
    client.off('notice', listen);
    client.release(true);
  }
  const counts = plan.flatMap((line) =>
    [/ rows=([\d.]+) loops/, /Rows Removed by .*: (\d+)/].map((count) => count.exec(line)),
  );
  return { plan, most: Math.max(...counts.map((count) => Number(count?.[1] ?? 0))) };
}

test('an answer costs its 50 tickets, however many claims and calls there are and whatever the statistics say', async () => {
  await fillAfterEmpty();
  const { announce: _next, ...rest } = announcing.input();
  const input = { ...rest, record: { outcomes: batch.map((position) => outcome(position)), call: answered } };
  const { plan, most } = await explain({
    statement: announceStatement,
    values: toAnnounceValues(input, { late: false, careful: false }),
    fill: addManyCalls,
  });
  expect(plan.filter((line) => line.includes('claim_pkey'))).not.toEqual([]);
  expect(plan.filter((line) => /claim_execution|Seq Scan on claim/.test(line))).toEqual([]);
  expect(plan.filter((line) => line.includes('call_unanswered'))).not.toEqual([]);
  expect(most).toBeLessThanOrEqual(100);
  expect(await announcing.engine.query(`select count(*)::integer from claim`)).toEqual([{ count: 49_950 }]);
});

test('what is decided here costs its own tickets, however many calls the run has made', async () => {
  const { announce: _next, ...rest } = announcing.input();
  const { plan, most } = await explain({
    statement: announceStatement,
    values: toAnnounceValues({ ...rest, record: { outcomes: batch.map(skipped) } }, { late: false, careful: false }),
    fill: addManyCalls,
  });
  expect(plan.filter((line) => line.includes('call_pkey'))).not.toEqual([]);
  expect(most).toBeLessThanOrEqual(100);
});

test('an announcement looks at the refusals of its own batch, however many the run has', async () => {
  const { plan, most } = await explain({
    statement: announceStatement,
    values: toAnnounceValues(announcing.input(), { late: false, careful: false }),
    fill: () => addManyRefusals(50),
  });
  expect(plan.filter((line) => /Index .*_pkey on execution_undelivered/.test(line))).not.toEqual([]);
  expect(most).toBeLessThanOrEqual(100);
});

test('what a range loads of its plan costs its own batches, however much of the run is on record', async () => {
  const { execution } = announcing.input().identity;
  const { plan, most } = await explain({
    statement: loadPlanStatement,
    values: [execution, 0, 1, '1', '1'],
    fill: () => addManyRefusals(1_000),
  });
  expect(plan.filter((line) => line.includes('execution_batch'))).not.toEqual([]);
  expect(most).toBeLessThanOrEqual(100);
});

test('what a range counts at its end costs its own batches, however many calls and refusals the run has', async () => {
  const { identity, slot } = announcing.input();
  const { plan, most } = await explain({
    statement: leaveRangeStatement,
    values: [slot.organizer, slot.n, slot.token, identity.execution, 0, 0, true, slot.range, false],
    fill: async () => {
      await announcing.engine.query(
        `insert into call (execution_id, batch, number, range_number, key, positions, worker_id, token, deadline, answered_at, delivered)
         select $1, i, 1, 0, repeat('a', 64), array[i * 50], 1, 1, now(), now(), array[i * 50] from generate_series(0, 3000) as i`,
        [identity.execution],
      );
      await addManyRefusals(1);
    },
  });
  expect(plan.filter((line) => line.includes('call_pkey'))).not.toEqual([]);
  expect(most).toBeLessThanOrEqual(100);
});

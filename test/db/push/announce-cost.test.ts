import { type RecordedOutcome, toAnnounceValues } from '../../../db/queries/push/announce';
import { announceStatement } from '../../../db/queries/push/announce-statement';
import { type Announcing, answered, openAnnouncing } from './announce-fixture';

let announcing: Announcing;
beforeAll(async () => {
  announcing = await openAnnouncing('announce-cost');
});
beforeEach(() => announcing.begin());
afterAll(() => announcing.engine.close());

const batch = Array.from({ length: 50 }, (_, position) => position);
const delivered = (position: number): RecordedOutcome => ({
  position,
  ticketId: String(position + 1),
  outcome: 'DELIVERED',
  contentHash: 'ab'.repeat(32),
  fromAnswer: true,
});

/** As after a run: the claims are gone, and autovacuum has noted that the table is empty. Then the next run plans 50,000 tickets. */
async function fillAfterEmpty(): Promise<void> {
  const { engine } = announcing;
  const claims = `insert into claim select i, 1 from generate_series(1, 50000) as i on conflict do nothing`;
  await engine.query(claims);
  await engine.query(`delete from claim`);
  await engine.query(`vacuum (truncate off, analyze) claim`);
  await engine.query(claims);
}

test('an answer costs its 50 tickets, however many claims there are and whatever the statistics say', async () => {
  await fillAfterEmpty();
  const { announce, ...rest } = announcing.input();
  const input = { ...rest, record: { outcomes: batch.map(delivered), call: answered }, announce };
  const { rows } = await announcing.engine.database.pool.query<{ 'QUERY PLAN': string }>({
    text: `explain (analyze, costs off, timing off, summary off) ${announceStatement.text}`,
    values: [...toAnnounceValues(input, { late: false })],
  });
  const plan = rows.map((row) => row['QUERY PLAN']);
  expect(plan.filter((line) => line.includes('claim_pkey'))).not.toEqual([]);
  expect(plan.filter((line) => /claim_execution|Seq Scan on claim/.test(line))).toEqual([]);
  const most = Math.max(...plan.map((line) => Number(/ rows=(\d+)/.exec(line)?.[1] ?? 0)));
  expect(most).toBeLessThanOrEqual(100);
  expect(await announcing.engine.query(`select count(*)::integer from claim`)).toEqual([{ count: 49_950 }]);
});

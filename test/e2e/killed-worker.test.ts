import { startSystem, type System } from '../helpers/e2e-system';
import {
  expectComplete,
  expectDelivered,
  expectMarksEqualAccepted,
  expectOnlyLostRepeated,
  expectWithinLimit,
  listExecutions,
} from '../helpers/invariants';

const LANES = 4;
let system: System;

beforeAll(async () => {
  system = await startSystem({
    tickets: 4_000,
    parallelCalls: LANES,
    sandboxArgs: ['--latency-ms', '20', '--ignore-idempotency-keys'],
  });
}, 120_000);
afterAll(() => system.close());

/** One ticket is sold and two are cancelled while no worker runs: one waits to be sent, the call of the other is under way. */
const meanwhile = {
  waiting: '',
  underWay: '',
  sold: '',
  async happen(last: string): Promise<void> {
    const { rows } = await system.pool.query<{ id: string }>(
      `select b.ticket_ids[c.positions[1] % 50 + 1] as id from call c
       join execution_batch b on b.execution_id = c.execution_id and b.batch = c.batch
       where c.answered_at is null order by c.batch limit 1`,
    );
    this.waiting = last;
    this.underWay = rows[0]?.id ?? '';
    await system.pool.query(`update ticket set status = 'CANCELLED' where id = any ($1::bigint[])`, [
      [this.waiting, this.underWay],
    ]);
    const sold = await system.pool.query<{ id: string }>(
      `insert into ticket select (jsonb_populate_record(t, jsonb_build_object('id', m.id, 'status', 'NOT_PRINTED',
         'ticket_number', 'sold-meanwhile', 'barcode', 'SOLD-MEANWHILE', 'printed_at', null, 'replaces_ticket_id', null))).*
       from ticket t, (select max(id) + 1 as id from ticket) m where t.id = $1 returning id`,
      [last],
    );
    this.sold = sold.rows[0]?.id ?? '';
  },
};

test('F1, F2: killed three times in mid run, each ticket is delivered; at most one call per lane and kill goes out again', async () => {
  const due = await system.listDue();
  const run = await system.start();
  const kills = [0.15, 0.4, 0.7];
  let restartedAt = 0;
  for (const share of kills) {
    await system.accepted(Math.floor(due.length * share));
    await system.stack.killWorker('SIGKILL');
    if (share === kills[1]) await meanwhile.happen(due.at(-1) ?? '');
    await system.stack.restartWorker();
    restartedAt = Date.now();
  }
  await expect(system.wait(run)).resolves.toMatchObject({ completed: true, report: { outcome: 'OK' } });
  expect(Date.now() - restartedAt).toBeLessThan(12_000);
  const [execution] = await listExecutions(system);
  await expect(expectComplete(system, execution?.id ?? 0)).resolves.toEqual({ DELIVERED: due.length - 1, SKIPPED: 1 });
  await expectDelivered(system, due.slice(0, -1));
  await expectMarksEqualAccepted(system);
  await expectOnlyLostRepeated(system, kills.length * LANES);
  await expectWithinLimit(system, LANES);
});

test('F2: what was cancelled under way counts as injected, what was cancelled before is not sent', async () => {
  const { rows } = await system.pool.query(
    `select t.id, t.status, e.outcome, e.code, p.ticket_id is not null as marked
     from ticket t join execution_ticket e on e.ticket_id = t.id left join processed p on p.ticket_id = t.id
     where t.status = 'CANCELLED' order by t.id`,
  );
  expect(rows).toEqual([
    { id: meanwhile.underWay, status: 'CANCELLED', outcome: 'DELIVERED', code: null, marked: true },
    { id: meanwhile.waiting, status: 'CANCELLED', outcome: 'SKIPPED', code: 'STATUS_CHANGED', marked: false },
  ]);
});

test('F2: the ticket that was sold meanwhile is sent by the next run, alone', async () => {
  await system.sandbox.clearCalls();
  await expect(system.wait(await system.start())).resolves.toMatchObject({ completed: true, report: { delivered: 1 } });
  const { calls } = await system.sandbox.calls();
  expect(calls.map(({ ticketIds }) => ticketIds)).toEqual([[meanwhile.sold]]);
});

test('P7: running it again makes no call, and a run with nothing due leaves at most 15 events of history', async () => {
  const before = await system.sandbox.callSummary();
  const run = await system.start();
  await expect(system.wait(run)).resolves.toMatchObject({ completed: true });
  await expect(system.sandbox.callSummary()).resolves.toEqual(before);
  const { events } = await system.open.client.workflow.getHandle(run.workflowId).fetchHistory();
  expect(events?.length).toBeLessThanOrEqual(15);
});

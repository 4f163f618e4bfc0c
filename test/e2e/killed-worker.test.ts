import { startSystem, type System } from '../helpers/e2e-system';
import {
  type Death,
  expectComplete,
  expectDelivered,
  expectMarksEqualAccepted,
  expectOnlyLostRepeated,
  expectWithinLimit,
  listExecutions,
  noteDeath,
} from '../helpers/invariants';
import { sellAndCancel, type Meanwhile } from '../helpers/sold-meanwhile';

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

let meanwhile: Meanwhile;

test('F1, F2: killed three times in mid run, each ticket is delivered; at most one call per lane and kill goes out again', async () => {
  const due = await system.listDue();
  const run = await system.start();
  const kills = [0.15, 0.4, 0.7];
  const deaths: Death[] = [];
  let restartedAt = 0;
  for (const share of kills) {
    await system.accepted(Math.floor(due.length * share));
    await system.stack.killWorker('SIGKILL');
    deaths.push(await noteDeath(system, LANES));
    if (share === kills[1]) meanwhile = await sellAndCancel(system, due.at(-1) ?? '');
    await system.stack.restartWorker();
    restartedAt = Date.now();
  }
  await expect(system.wait(run)).resolves.toMatchObject({ completed: true, report: { outcome: 'OK' } });
  expect(Date.now() - restartedAt).toBeLessThan(12_000);
  const [execution] = await listExecutions(system);
  await expect(expectComplete(system, execution?.id ?? 0)).resolves.toEqual({ DELIVERED: due.length - 1, SKIPPED: 1 });
  await expectDelivered(system, due.slice(0, -1));
  await expectMarksEqualAccepted(system);
  await expectOnlyLostRepeated(system, deaths);
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

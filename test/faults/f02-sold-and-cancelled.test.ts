import { startSystem, type System } from '../helpers/e2e-system';
import { sellAndCancel } from '../helpers/sold-meanwhile';
import { expectHeld, expectNothingSentAgain } from './helpers/expect-held';
import { tell } from './helpers/fault';
import { openLuck } from './helpers/luck';

const LANES = 3;
const luck = openLuck('F2');
let system: System;

beforeAll(async () => {
  system = await startSystem({
    tickets: 1_500,
    parallelCalls: LANES,
    sandboxArgs: ['--latency-ms', '120', '--ignore-idempotency-keys'],
  });
}, 120_000);
afterAll(() => system.close());

test('F2: sold while no worker ran: next run; cancelled: not sent, but injected where its call was under way', async () => {
  const due = await system.listDue();
  const run = await system.start();
  await system.accepted(luck.between(1, due.length - 10 * 50));
  await system.stack.killWorker('SIGKILL');
  // Far from all that is announced: every lane has one call under way, in the order of the plan.
  const waiting = due.at(-luck.between(1, 100)) ?? '';
  const meanwhile = await sellAndCancel(system, waiting);
  await system.stack.restartWorker();
  await expect(system.wait(run)).resolves.toMatchObject({ completed: true, report: { outcome: 'OK', skipped: 1 } });

  const { rows } = await system.pool.query<{ id: string }>(
    `select t.id, t.status, e.outcome, e.code, p.ticket_id is not null as marked
     from ticket t left join execution_ticket e on e.ticket_id = t.id left join processed p on p.ticket_id = t.id
     where t.id = any ($1::bigint[])`,
    [Object.values(meanwhile)],
  );
  expect([...rows].sort((a, b) => Number(a.id) - Number(b.id))).toEqual(
    [
      { id: meanwhile.waiting, status: 'CANCELLED', outcome: 'SKIPPED', code: 'STATUS_CHANGED', marked: false },
      { id: meanwhile.underWay, status: 'CANCELLED', outcome: 'DELIVERED', code: null, marked: true },
      { id: meanwhile.sold, status: 'NOT_PRINTED', outcome: null, code: null, marked: false },
    ].sort((a, b) => Number(a.id) - Number(b.id)),
  );
  const delivered = due.filter((id) => id !== waiting);
  await expectHeld(system, { due: delivered, lostCalls: LANES, limit: LANES });

  const next = await system.start();
  await expect(system.wait(next)).resolves.toMatchObject({ completed: true, report: { outcome: 'OK', delivered: 1 } });
  const counted = await expectHeld(system, { due: [...delivered, meanwhile.sold], lostCalls: LANES, limit: LANES });
  const { tickets } = await system.sandbox.calls();
  const taken = (id: string) => ((tickets[id]?.accepted ?? 0) > 0 ? 1 : 0);
  await expectNothingSentAgain(system);
  tell('F2', 'one sold, two cancelled while the worker was dead', {
    'sold, sent by the next run': taken(meanwhile.sold),
    'cancelled under way, injected': taken(meanwhile.underWay),
    'cancelled before, sent': taken(meanwhile.waiting),
    ...counted,
  });
});

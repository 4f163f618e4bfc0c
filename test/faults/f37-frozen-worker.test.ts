import type { StartedRun } from '../../client/runs';
import { startSystem, type System } from '../helpers/e2e-system';
import { listExecutions } from '../helpers/invariants';
import { expectClosedAsLost, lastExecution, startAndReach } from '../helpers/lost-run';
import { settleFrozen } from '../helpers/slots';
import { until } from '../helpers/until';
import { expectHeld, expectNothingSentAgain } from './helpers/expect-held';
import { tell } from './helpers/fault';
import { openLuck } from './helpers/luck';

/** A run is terminated while its worker is frozen, with a call under way in every lane: nobody may send those tickets before the calls are over (F37). */
const LANES = 3;
const luck = openLuck('F37 frozen');
let system: System;
let due: readonly string[];

beforeEach(async () => {
  system = await startSystem({
    tickets: 4_000,
    parallelCalls: LANES,
    sandboxArgs: ['--latency-ms', '250', '--ignore-idempotency-keys'],
  });
  due = await system.listDue();
}, 120_000);
afterEach(() => system.close());

/** Of one execution: tickets whose call is announced and not answered, tickets that are claimed, and slots that are held. */
async function readHeld(execution: number) {
  const { rows } = await system.pool.query<{ unanswered: string[]; claimed: string[]; slots: number }>(
    `select
       array(select b.ticket_ids[u.position % 50 + 1]::text from call c join execution_batch b using (execution_id, batch),
         unnest(c.positions) as u(position) where c.execution_id = $1 and c.answered_at is null order by 1) as unanswered,
       array(select ticket_id::text from claim where execution_id = $1 order by 1) as claimed,
       (select count(*) from call_slot where execution_id = $1)::integer as slots`,
    [execution],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('A selection without a table gives one row');
  return row;
}

/** Moves the deadlines of calls that are not answered: what decides is then the worker alone, or the deadline alone. */
async function moveDeadlines(minutes: number): Promise<void> {
  await system.pool.query(`update call set deadline = now() + make_interval(mins => $1) where answered_at is null`, [
    minutes,
  ]);
}

/** A run with a call under way in each lane loses its worker to a freeze, then its workflow; another worker is there. */
async function freezeAndTerminate(): Promise<number> {
  const run = await startAndReach(system, luck.between(1, 600));
  await system.stack.killWorker('SIGSTOP');
  await settleFrozen(system);
  await system.open.client.workflow.getHandle(run.workflowId).terminate('by a test');
  const { id, closed } = await lastExecution(system);
  expect(closed).toBe(false);
  // First: the worker that starts may close it, and slots take their end from the calls then.
  await moveDeadlines(10);
  await system.stack.addWorker();
  // And last: what the frozen worker had written to Postgres may become an announcement after all statements looked done.
  await moveDeadlines(10);
  return id;
}

/** It is closed in error, its calls under way end UNKNOWN, and they alone keep claims and slots. Gives their tickets. */
async function expectKept(lost: number): Promise<readonly string[]> {
  const counts = await expectClosedAsLost(system, lost);
  const { unanswered, claimed, slots } = await readHeld(lost);
  expect(unanswered).toHaveLength(counts.UNKNOWN ?? 0);
  expect(claimed).toEqual(unanswered);
  expect(slots).toBe(Math.ceil(claimed.length / 50));
  // Each lane announces its next call with the answer of the one before: the freeze met it in a call.
  expect(slots).toBe(LANES);
  return claimed;
}

async function countMarked(): Promise<number> {
  const { rows } = await system.pool.query<{ count: number }>('select count(*)::integer as count from processed');
  return rows[0]?.count ?? 0;
}

/** Calls on record, those that were announced again counted each time. */
async function countAnnounced(): Promise<unknown> {
  const { rows } = await system.pool.query(
    'select count(*)::integer as calls, sum(repeats)::integer as repeats from call',
  );
  return rows;
}

async function firstWorkerSeen(): Promise<boolean> {
  const { rows } = await system.pool.query<{ seen: boolean }>(
    `select seen_at > now() - interval '1 second' as seen from worker order by id limit 1`,
  );
  return rows[0]?.seen === true;
}

/** The next run plans all but the tickets that are held, and asks for slots in vain. */
async function expectNextWaits(lost: number, held: readonly string[]): Promise<void> {
  const left = due.length - held.length - (await countMarked());
  const before = await system.sandbox.callSummary();
  await until('the next run has planned the rest and waits for a slot', async () => {
    const { rows } = await system.pool.query(
      `select from execution e where e.id > $1 and e.planned = $2
         and exists (select from slot_wait w where w.execution_id = e.id and w.until > now())`,
      [lost, left],
    );
    return rows.length > 0;
  });
  expect((await system.sandbox.callSummary()).calls).toBe(before.calls);
  await expectStillHeld(lost, held);
}

async function expectStillHeld(lost: number, held: readonly string[]): Promise<void> {
  expect((await readHeld(lost)).claimed).toEqual(held);
}

/**
 * The run that waited sends the rest and no ticket that was held when it planned; the one after it sends those. Their claims may be freed while
 * that first run still sends: whatever looks for lost runs meanwhile, such as a worker that has just started, frees what is over by then.
 */
async function expectSentByTheRunAfter(lost: number, held: readonly string[], next: StartedRun): Promise<void> {
  await expectDone(next);
  expect(await countMarked()).toBe(due.length - held.length);
  await expectDone(await system.start());
  expect((await lastExecution(system)).planned).toBe(held.length);
  expect((await readHeld(lost)).claimed).toEqual([]);
}

async function expectDone(run: StartedRun): Promise<void> {
  await expect(system.wait(run)).resolves.toMatchObject({ completed: true, report: { outcome: 'OK' } });
}

test('closed by the worker that starts, or by status: claims and slots of its calls stay while the frozen worker has its session, and go when it is dead', async () => {
  const lost = await freezeAndTerminate();
  // The frozen worker's open polls swallow the first tasks of the close: each comes again after its time-out, of up to 30 s.
  const isClosed = async () => {
    expect(await system.command('status')).toMatchObject({ code: 0 });
    return (await lastExecution(system)).closed;
  };
  await until('it is closed', isClosed, 180_000);
  const held = await expectKept(lost);
  const next = await system.start();
  await expectNextWaits(lost, held);
  await system.stack.killWorker('SIGKILL');
  await expectSentByTheRunAfter(lost, held, next);
  const counted = await expectHeld(system, { due, again: held, limit: LANES });
  await expectNothingSentAgain(system);
  tell('F37', 'terminated, its worker frozen, closed by another worker, then killed', {
    'claims kept': held.length,
    ...counted,
  });
});

test('closed by the worker that starts, or by the next run: claims and slots of its calls stay until their deadline, and the worker that wakes up after it sends nothing', async () => {
  const lost = await freezeAndTerminate();
  const next = await system.start();
  await until('it is closed', async () =>
    (await listExecutions(system)).some(({ id, closed }) => id === lost && closed),
  );
  const held = await expectKept(lost);
  await expectNextWaits(lost, held);
  await moveDeadlines(-1);
  await expectSentByTheRunAfter(lost, held, next);
  const before = await countAnnounced();
  await system.stack.killWorker('SIGCONT');
  await until('the frozen worker is awake', firstWorkerSeen);
  await system.stack.killWorker('SIGTERM');
  expect(await countAnnounced()).toEqual(before);
  const counted = await expectHeld(system, { due, again: held, limit: LANES });
  await expectNothingSentAgain(system);
  tell('F37', 'terminated, its worker frozen, closed by another worker, woken after the deadline', {
    'claims kept': held.length,
    ...counted,
  });
});

import { putSchedule, setSchedulePaused } from '../../client/schedules';
import { HOST } from '../../local/season';
import { INTERFACE, SCHEDULE, startSystem, type System } from '../helpers/e2e-system';
import { found, until } from '../helpers/until';
import { type ExecutionRow, listExecutions } from '../helpers/invariants';
import { expectHeld } from './helpers/expect-held';
import { tell } from './helpers/fault';
import { openLuck } from './helpers/luck';

/** Ten minutes at a start a minute, a sixtieth of both: ten ticks of a second without a worker (reliability.md F5). */
const TICKS = 10;
const EVERY_SECONDS = 1;
const LANES = 4;
const luck = openLuck('F5');
const subject = { function: 'inject-tickets', interface: INTERFACE, schedule: SCHEDULE } as const;
let system: System;
let due: readonly string[];

beforeEach(async () => {
  system = await startSystem({
    tickets: 2_000,
    parallelCalls: LANES,
    sandboxArgs: ['--latency-ms', '150', '--ignore-idempotency-keys'],
  });
  due = await system.listDue();
}, 120_000);
afterEach(() => system.close());

async function tick(stickToTheHour: boolean): Promise<void> {
  await putSchedule(system.open, {
    ...subject,
    organization: HOST,
    timing: { kind: 'every', everySeconds: EVERY_SECONDS },
    timeZone: 'UTC',
    stickToTheHour,
  });
}

/** Starts that Temporal left out because a run was open. */
async function countLeftOut(): Promise<number> {
  const schedule = system.open.client.schedule.getHandle(`inject-tickets/${INTERFACE}/${SCHEDULE}`);
  const { info } = await schedule.describe();
  return info.numActionsSkippedOverlap;
}

/** Runs for starts before this moment and from it on, by the time in their workflow ids. */
async function listRuns(moment: Date) {
  const executions = await listExecutions(system);
  const isBefore = ({ workflowId }: ExecutionRow) =>
    new Date(workflowId.slice(-'2026-01-01T00:00:00Z'.length)) < moment;
  return { before: executions.filter(isBefore), later: executions.filter((row) => !isBefore(row)) };
}

test.each([
  { stickToTheHour: true, from: 'idle', expected: 1 },
  { stickToTheHour: false, from: 'in mid run', expected: 2 },
] as const)(
  'no worker for ten ticks, from $from, stickToTheHour $stickToTheHour: the tickets go out in one run',
  async ({ stickToTheHour, from, expected }) => {
    if (from === 'idle') await system.stack.killWorker('SIGKILL');
    await tick(stickToTheHour);
    if (from === 'in mid run') {
      await system.accepted(luck.between(1, Math.floor(due.length * 0.7)));
      await system.stack.killWorker('SIGKILL');
    }
    const before = await countLeftOut();
    const leftOut = await found('ten starts are left out', async () => {
      const count = (await countLeftOut()) - before;
      return count >= TICKS ? count : undefined;
    });
    const restartedAt = new Date();
    await system.stack.restartWorker();
    await system.accepted(due.length);
    // A start that was kept for later has its run before any new one.
    await until('a later start has its run', async () => (await listRuns(restartedAt)).later.length > 0);
    await setSchedulePaused(system.open, subject, { paused: true, note: 'the test has seen enough' });
    await until('all runs are closed', async () => (await listExecutions(system)).every(({ closed }) => closed));
    const { before: runs } = await listRuns(restartedAt);
    // BUFFER_ONE keeps one of the ten starts for right after the run; SKIP none.
    expect(runs).toHaveLength(expected);
    expect((await listExecutions(system)).filter(({ planned }) => planned > 0)).toHaveLength(1);
    const lostCalls = from === 'idle' ? 0 : LANES;
    const counted = await expectHeld(system, { due, lostCalls, limit: LANES });
    tell('F5', `no worker for ${String(TICKS)} ticks, from ${from}, ${stickToTheHour ? 'SKIP' : 'BUFFER_ONE'}`, {
      'starts left out': leftOut,
      'runs afterwards': runs.length,
      'with tickets': 1,
      ...counted,
    });
  },
);

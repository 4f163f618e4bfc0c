import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { listStateFiles } from '../../local/temporal';
import { expectComplete, expectNoPhantom, listExecutions } from '../helpers/invariants';
import { found } from '../helpers/until';
import { countTwice } from './helpers/counts';
import { expectHeld, expectHeldInOneRun } from './helpers/expect-held';
import { tell } from './helpers/fault';
import { openLuck } from './helpers/luck';
import { type OwnSystem, startOwnSystem } from './helpers/own-servers';

const LANES = 4;
const luck = openLuck('F6');
let system: OwnSystem;
let due: readonly string[];

beforeEach(async () => {
  system = await startOwnSystem({
    tickets: 7_000,
    parallelCalls: LANES,
    sandboxArgs: ['--latency-ms', '200', '--ignore-idempotency-keys'],
  });
  due = await system.listDue();
}, 120_000);
afterEach(() => system.close());

/** Temporal's database as it is on the disk, with what a kill left unfinished; only while the server is dead. */
function copyDatabase(from: string, to: string): void {
  const targets = listStateFiles(to);
  for (const [index, source] of listStateFiles(from).entries()) {
    const target = targets[index] ?? to;
    rmSync(target, { force: true });
    if (existsSync(source)) copyFileSync(source, target);
  }
}

/** Points of the run, as shares of its tickets, in order. */
const points = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => (index + 0.2 + luck.next() * 0.6) / (count + 0.5));

/** No worker had to be started for it. */
async function expectOneWorker(): Promise<void> {
  const { rows } = await system.pool.query('select from worker');
  expect(rows).toHaveLength(1);
}

test('F6: Temporal is killed again and again and started on the same file: the worker goes on by itself, no call goes out twice', async () => {
  const run = await system.start();
  let restartedAt = 0;
  const kills = points(3);
  for (const point of kills) {
    await system.accepted(Math.floor(due.length * point));
    await system.temporal.kill();
    await expectNoPhantom(system);
    await system.temporal.restart();
    restartedAt = performance.now();
  }
  await expect(system.wait(run)).resolves.toMatchObject({ completed: true, report: { outcome: 'OK' } });
  const afterS = (performance.now() - restartedAt) / 1_000;
  const twice = await countTwice(system, due);
  tell('F6', `Temporal killed ${String(kills.length)} times in a run, same file`, {
    tickets: due.length,
    'done s after the last restart': afterS.toFixed(1),
    ...twice,
  });
  await expectHeldInOneRun(system, { due, lostCalls: 0, limit: LANES });
  await expectOneWorker();
});

/** Kills Temporal at two points of a run and gives it back the file of the first one. `meanwhile` happens while it is dead the second time. */
async function putOlderCopyBack(meanwhile: () => Promise<void>) {
  const [early = 0, late = 0] = points(2);
  const run = await system.start();
  await system.accepted(Math.floor(due.length * early));
  await system.temporal.kill();
  copyDatabase(system.temporalFile, `${system.temporalFile}.older`);
  await system.temporal.restart();
  await system.accepted(Math.floor(due.length * late));
  await system.temporal.kill();
  copyDatabase(`${system.temporalFile}.older`, system.temporalFile);
  await meanwhile();
  await system.temporal.restart();
  return { run, what: `from ${toPercent(early)} of the run, put back at ${toPercent(late)}` };
}

test('F6: on an older copy of its file, with workers started anew, ranges that Temporal sends again meet recorded work', async () => {
  const { run, what } = await putOlderCopyBack(() => system.stack.killWorker('SIGKILL'));
  await system.stack.restartWorker();
  await expect(system.wait(run)).resolves.toMatchObject({ completed: true, report: { outcome: 'OK' } });
  tell('F6', `older copy ${what}, worker killed, too`, { tickets: due.length, ...(await countTwice(system, due)) });
  await expectHeldInOneRun(system, { due, lostCalls: LANES, limit: LANES });
});

test('F6: on an older copy, with workers that remember the newer state, nothing goes out twice; a run that stands still is ended and the next one sends the rest', async () => {
  const { run, what } = await putOlderCopyBack(() => Promise.resolve());
  const handle = system.open.client.workflow.getHandle(run.workflowId);
  // The SDK goes on from the workflow that it holds in memory, and the older history does not fit to that (docs/runbook.md, "A run was lost"): its
  // tasks fail, or it waits for activities of which Temporal knows nothing any more. A run that moves always has something pending.
  let movedAt = performance.now();
  let quietLooks = 0;
  let pending = '';
  const look = async () => {
    const { status, raw } = await handle.describe();
    if (status.name !== 'RUNNING') return status.name;
    const attempt = raw.pendingWorkflowTask?.attempt ?? 0;
    const activities = raw.pendingActivities ?? [];
    pending = JSON.stringify({ task: raw.pendingWorkflowTask, activities });
    quietLooks += 1;
    if (attempt > 0 || activities.length > 0) {
      movedAt = performance.now();
      quietLooks = 0;
    }
    // Of one look that took so long nothing follows.
    const isQuiet = performance.now() - movedAt > 10_000 && quietLooks > 20;
    return attempt >= 3 || isQuiet ? 'stands still' : undefined;
  };
  const state = await found('the run ends or stands still', look).catch((error: unknown) => {
    throw new Error(`What was pending last: ${pending}`, { cause: error });
  });
  if (state === 'stands still') {
    await handle.terminate('stands still');
    await expect(system.wait(await system.start())).resolves.toMatchObject({ completed: true });
  }
  tell('F6', `older copy ${what}, worker lives`, {
    run: state,
    tickets: due.length,
    ...(await countTwice(system, due)),
  });
  await expectHeld(system, { due, lostCalls: 0, limit: LANES });
  await expectOneWorker();
});

test('F6: a copy from before the run: the run is lost, the next one closes it and sends the rest, nothing twice', async () => {
  const [point = 0] = points(1);
  await system.temporal.kill();
  copyDatabase(system.temporalFile, `${system.temporalFile}.older`);
  await system.temporal.restart();
  await system.start();
  await system.accepted(Math.floor(due.length * point));
  await system.temporal.kill();
  copyDatabase(`${system.temporalFile}.older`, system.temporalFile);
  await system.temporal.restart();
  const end = await system.wait(await system.start());
  expect(end).toMatchObject({ completed: true, report: { outcome: 'OK' } });
  const [lost, next] = await listExecutions(system);
  expect(lost).toMatchObject({ closed: true, outcome: 'ERROR', ending: 'failed' });
  const before = await expectComplete(system, lost?.id ?? 0);
  const after = await expectComplete(system, next?.id ?? 0);
  expect((before.DELIVERED ?? 0) + (after.DELIVERED ?? 0)).toBe(due.length);
  tell('F6', `a copy from before the run, put back at ${toPercent(point)}`, {
    tickets: due.length,
    'delivered by the lost run': before.DELIVERED ?? 0,
    'by the next': after.DELIVERED ?? 0,
    ...(await countTwice(system, due)),
  });
  await expectHeld(system, { due, lostCalls: 0, limit: LANES });
  await expectOneWorker();
});

const toPercent = (share: number): string => `${String(Math.round(share * 100))} %`;

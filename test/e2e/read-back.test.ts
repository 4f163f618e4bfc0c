import { randomUUID } from 'node:crypto';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { connectClient, type OpenConnection } from '../../client/connect';
import { setUpTemporal } from '../../client/set-up';
import { startWorker } from '../../local/stack-worker';
import { toRetrieveId } from '../../workflows/retrieve-contract';
import { INTERFACE, ORGANIZER, READ, startSystem, type System } from '../helpers/e2e-system';
import { askedKeys, expectAllRead, fetchedAgain, type ReadOutside } from '../helpers/reading';
import { resetRun } from '../helpers/reset-run';
import { until } from '../helpers/until';

const RECORDS = 1_200;
const SPLIT = 20;
const schedule = `${INTERFACE}/${READ}`;
const workflowId = toRetrieveId(ORGANIZER);

let system: System;
let outside: ReadOutside;
let ticketIds: readonly string[];

beforeAll(async () => {
  system = await startSystem({ tickets: 120, batchSplitSize: SPLIT, sandboxArgs: ['--latency-ms', '5'] });
  const { pool, sandbox } = system;
  outside = {
    admin: sandbox,
    query: async <Row extends object>(text: string, values: readonly unknown[] = []) =>
      (await pool.query<Row>(text, [...values])).rows,
  };
  ticketIds = await system.listDue();
  await expect(system.wait(await system.start())).resolves.toMatchObject({ completed: true });
  await sandbox.repeats(0);
}, 120_000);
afterAll(() => system.close());

/** New changes of every ticket, told in pages of twenty. */
const moveOn = () => system.sandbox.records({ count: RECORDS, ticketIds: [...ticketIds] });

function start(type: 'retrieveTick' | 'retrieveStatus', { client, settings }: OpenConnection = system.open) {
  return client.workflow.start(type, {
    workflowId: type === 'retrieveStatus' ? workflowId : `retrieve-status/${schedule}-${randomUUID()}`,
    taskQueue: settings.taskQueue,
    args: [{ schedule }],
  });
}

interface Row {
  readonly id: string;
  readonly outcome: string | null;
  readonly pages: number;
  readonly records: number;
}

/** Executions of retrieve-status, the newest first. */
const readings = () =>
  outside.query<Row>(
    `select id, outcome, coalesce((retrieved ->> 'pages')::int, 0) as pages, coalesce((retrieved ->> 'records')::int, 0) as records
     from execution where function = 'retrieve-status' order by execution.id desc`,
  );

/** Resolves once the newest reading, other than those before, has committed so many pages. */
const reached = (pages: number, before: number) =>
  until(`${pages.toString()} pages are read`, async () => {
    const rows = await readings();
    return rows.length > before && (rows[0]?.pages ?? 0) >= pages;
  });

test('F27: ten triggers at once and a start by hand: one run reads, and the others end SKIPPED and name it', async () => {
  await moveOn();
  const [ticks, run] = await Promise.all([
    Promise.all(Array.from({ length: 10 }, () => start('retrieveTick'))),
    start('retrieveStatus').catch((): WorkflowHandleWithFirstExecutionRunId | undefined => undefined),
  ]);
  const reports: unknown[] = await Promise.all(ticks.map((tick) => tick.result()));
  const outcomes = reports.map((report) => (isReport(report) ? report.outcome : 'none'));
  expect(outcomes.filter((outcome) => outcome === 'SKIPPED')).toHaveLength(run === undefined ? 9 : 10);
  for (const report of reports.filter(isReport)) {
    if (report.outcome === 'SKIPPED') expect(report.message).toContain(workflowId);
  }
  await expect(system.open.client.workflow.getHandle(workflowId).result()).resolves.toMatchObject({ outcome: 'OK' });
  const rows = await readings();
  expect(rows).toHaveLength(1);
  await expectAllRead(outside);
  expect(await fetchedAgain(outside)).toBe(0);
});

function isReport(value: unknown): value is { readonly outcome: string; readonly message: string } {
  return typeof value === 'object' && value !== null && 'outcome' in value && 'message' in value;
}

test('F1: a worker killed twice in mid run: everything is read once, at most two pages a kill are fetched again', async () => {
  await moveOn();
  const before = (await readings()).length;
  await system.sandbox.clearCalls();
  const run = await start('retrieveStatus');
  for (const pages of [15, 35]) {
    await reached(pages, before);
    await system.stack.killWorker('SIGKILL');
    await system.stack.restartWorker();
  }
  await expect(run.result()).resolves.toMatchObject({ outcome: 'OK', applied: RECORDS, repeated: 0 });
  await expectAllRead(outside);
  expect((await askedKeys(outside)).length).toBeGreaterThan(RECORDS / SPLIT);
  expect(await fetchedAgain(outside)).toBeLessThanOrEqual(2 * 2);
});

test('F37: a run that is reset from outside goes on where it stood, under its execution', async () => {
  await moveOn();
  const before = (await readings()).length;
  await system.sandbox.clearCalls();
  const run = await start('retrieveStatus');
  await reached(15, before);
  await resetRun(system, run, 'first');
  await expect(system.open.client.workflow.getHandle(workflowId).result()).resolves.toMatchObject({
    outcome: 'OK',
    applied: RECORDS,
    repeated: 0,
  });
  expect(await readings()).toHaveLength(before + 1);
  await expectAllRead(outside);
  // The attempt of the run that was reset does not read on beside the new one (L3).
  expect(await fetchedAgain(outside)).toBeLessThanOrEqual(2);
});

test('F27: a second namespace on the same database ends SKIPPED, naming the holder; the next one there reads', async () => {
  const { temporal } = system.stack.config;
  const other = await connectClient({ ...temporal, namespace: 'second' });
  await setUpTemporal(other);
  const worker = await startWorker({
    environment: { ...system.stack.environment, TEMPORAL_NAMESPACE: 'second' },
    logFolder: system.folder,
  });
  try {
    await moveOn();
    const before = (await readings()).length;
    const run = await start('retrieveStatus');
    await reached(10, before);
    const asker = await start('retrieveTick', other);
    const report: unknown = await asker.result();
    const [holder] = (await readings()).slice(-before - 1);
    expect(report).toMatchObject({ outcome: 'SKIPPED', records: 0 });
    expect(report).toHaveProperty('message', expect.stringContaining(`namespace ${temporal.namespace}`));
    expect(holder).toBeDefined();
    await run.result();
    await expect((await start('retrieveTick', other)).result()).resolves.toMatchObject({ outcome: 'OK', records: 0 });
    await expectAllRead(outside);
  } finally {
    await worker.stop();
    await other.connection.close();
  }
});

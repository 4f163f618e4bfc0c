import { connectClient, type OpenConnection } from '../../client/connect';
import type { CommandLine } from '../helpers/command-line';
import { openSandboxAdmin } from '../../sandbox/admin-client';
import { found, until } from '../helpers/until';
import { openRunningSystem, type RunningSystem } from './running-system';

let system: RunningSystem;
let line: CommandLine;
let open: OpenConnection;

jest.setTimeout(180_000);

beforeAll(async () => {
  system = await openRunningSystem('read-by-clock', { tickets: 0 });
  ({ line } = system);
  const { TEMPORAL_ADDRESS: address = '', TEMPORAL_NAMESPACE: namespace = '' } = line.environment;
  open = await connectClient({ address, connection: { address }, namespace, taskQueue: 'tixngo' });
});
afterAll(async () => {
  // The server is shared: nothing starts after this.
  for await (const { scheduleId } of open.client.schedule.list())
    await open.client.schedule.getHandle(scheduleId).delete();
  await open.connection.close();
  await system.close();
});

/** Schedules of the interface fcx that read its account every five seconds, by Temporal's clock; nothing else. */
async function readEveryFiveSeconds(names: readonly string[], parameters: string): Promise<void> {
  const { url } = system.sandbox;
  const schedules = names.map(
    (name) => `  - { name: ${name}, interface: fcx, function: retrieve-status, launch: AUTOMATIC, every: 5s }\n`,
  );
  const file = line.write(
    'clock.yaml',
    `interfaces:
  - { name: fcx, organization: FCX, organizer: fc-example, type: TIXNGO, url: '${url}', apiKey: { env: FCX_TIXNGO_KEY }, parameters: '${parameters}' }
schedules:
${schedules.join('')}`,
  );
  const allow = { TIXNGO_ALLOWED_HOSTS: new URL(url).origin };
  expect(await line.runWith(allow, 'apply', file, '--prune')).toMatchObject({ code: 0 });
}

interface Tick {
  readonly workflowId: string;
  /** The mark of the clock that it was for, and when it came. */
  readonly mark: Date;
  readonly startedAt: Date;
  readonly isOpen: boolean;
}

/** The starts of a schedule so far, the oldest first. */
async function listTicks(schedule: string): Promise<readonly Tick[]> {
  const prefix = `retrieve-status/fcx/${schedule}-`;
  const ticks: Tick[] = [];
  for await (const { workflowId, startTime, status } of open.client.workflow.list({
    query: `WorkflowId STARTS_WITH '${prefix}'`,
  })) {
    const mark = new Date(workflowId.slice(prefix.length));
    ticks.push({ workflowId, mark, startedAt: startTime, isOpen: status.name === 'RUNNING' });
  }
  return ticks.sort((left, right) => left.mark.getTime() - right.mark.getTime());
}

interface Run {
  readonly id: string;
  readonly outcome: string | null;
  readonly opened: Date;
  readonly closed: Date | null;
}

/** The runs of a schedule, the oldest first. */
async function listRuns(schedule: string): Promise<readonly Run[]> {
  const { rows } = await line.pool.query<Run>(
    `select e.id, e.outcome, e.opened_at as opened, e.closed_at as closed
     from execution e join schedule s on s.id = e.schedule_id where s.name = $1 order by e.id`,
    [schedule],
  );
  return rows;
}

/** A run of the schedule that waits for its paused account over the next marks of the clock, and the tick that started it. */
async function letRunOverlap(schedule: string, hasOverlapped: () => Promise<boolean>): Promise<Run> {
  expect((await line.run('pause', '--organizer', 'fc-example')).code).toBe(0);
  const waiting = await found('a run waits', async () =>
    (await listRuns(schedule)).find(({ closed }) => closed === null),
  );
  await until('a mark falls into the run', hasOverlapped);
  expect((await listTicks(schedule)).filter(({ isOpen }) => isOpen)).toHaveLength(1);
  expect((await line.run('resume', '--organizer', 'fc-example')).code).toBe(0);
  return await found('it has ended', async () =>
    (await listRuns(schedule)).find(({ id, closed }) => id === waiting.id && closed !== null),
  );
}

const isIn = ({ mark }: Tick, { opened, closed }: Run) => mark > opened && closed !== null && mark < closed;

test('stickToTheHour: starts of a read-back that fall into its run are left out, the next one comes at its mark (overlap SKIP)', async () => {
  await readEveryFiveSeconds(['sticks'], 'stickToTheHour=true');
  const handle = open.client.schedule.getHandle('retrieve-status/fcx/sticks');
  const run = await letRunOverlap('sticks', async () => (await handle.describe()).info.numActionsSkippedOverlap > 0);
  const next = await found('the next tick', async () =>
    (await listTicks('sticks')).find(({ startedAt }) => run.closed !== null && startedAt > run.closed),
  );
  expect(isIn(next, run)).toBe(false);
  expect((await listTicks('sticks')).filter((tick) => isIn(tick, run))).toEqual([]);
  await until('it reads', async () =>
    (await listRuns('sticks')).some(({ id, outcome }) => id > run.id && outcome === 'OK'),
  );
});

test('stickToTheHour=false: one start of a read-back that fell into its run follows right after it (overlap BUFFER_ONE)', async () => {
  await readEveryFiveSeconds(['follows'], 'stickToTheHour=false');
  const handle = open.client.schedule.getHandle('retrieve-status/fcx/follows');
  const run = await letRunOverlap(
    'follows',
    async () => Number((await handle.describe()).raw.info?.bufferSize ?? 0) > 0,
  );
  const buffered = await found('the tick that waited', async () =>
    (await listTicks('follows')).find((tick) => isIn(tick, run)),
  );
  expect(run.closed !== null && buffered.startedAt >= run.closed).toBe(true);
  await until('it reads', async () =>
    (await listRuns('follows')).some(({ id, outcome }) => id > run.id && outcome === 'OK'),
  );
  expect((await listTicks('follows')).filter((tick) => isIn(tick, run))).toHaveLength(1);
});

test('two schedules of one account at the same marks: the one without a turn is told whose run read, is not late, and log tells of its SKIPPED start', async () => {
  const wallet = openSandboxAdmin(system.sandbox.adminUrl);
  await wallet.addFault({ kind: 'latency', operation: 'diffTickets', minMs: 1_500, maxMs: 1_500 });
  await readEveryFiveSeconds(['first', 'second'], '');
  const ticks = async () => [...(await listTicks('first')), ...(await listTicks('second'))];
  const skipped = await found('a start that found the account read', async () => {
    for (const tick of await ticks()) {
      const report: unknown = tick.isOpen ? undefined : await open.client.workflow.getHandle(tick.workflowId).result();
      if (isReport(report) && report.outcome === 'SKIPPED') return tick;
    }
    return undefined;
  });
  await until('the account was read', async () =>
    [...(await listRuns('first')), ...(await listRuns('second'))].some(({ outcome }) => outcome === 'OK'),
  );
  const status = await line.run('status', '--check', '--max-age', '30s');
  expect(status).toMatchObject({ code: 0 });
  expect(status.stdout).toMatch(
    /^fcx\/(first|second): the account fc-example was last read by run \d+ of fcx\/(?!\1)(first|second), (under 1|\d+) s ago$/m,
  );
  const name = skipped.workflowId.includes('/first-') ? 'fcx/first' : 'fcx/second';
  const told = await line.run('log', skipped.workflowId);
  expect(told).toMatchObject({ code: 0, stderr: '' });
  expect(told.stdout).toContain(`${name} SKIPPED: fc-example is being read already by retrieve-status/fc-example`);

  // A start that had its turn has no row either: its run's is shown.
  const read = await found('a start that read', async () => {
    const rest = (await ticks()).filter(({ isOpen, mark }) => !isOpen && mark.getTime() === skipped.mark.getTime());
    return rest.find(({ workflowId }) => workflowId !== skipped.workflowId);
  });
  const log = await line.run('log', read.workflowId);
  expect(log).toMatchObject({ code: 0, stderr: '' });
  expect(log.stdout).toMatch(/^Run \d+ of fcx\/(first|second): OK$/m);
});

function isReport(value: unknown): value is { readonly outcome: string } {
  return typeof value === 'object' && value !== null && 'outcome' in value;
}

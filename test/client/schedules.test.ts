import { randomBytes } from 'node:crypto';
import { connectClient } from '../../client/connect';
import { openClient, type SystemClient } from '../../client/system-client';
import { TemporalUnreachable } from '../../client/errors';
import type { ScheduleDefinition } from '../../client/schedules';
import { testServers } from '../helpers/servers';

let client: SystemClient;
const settings = () => {
  const address = testServers().temporalAddress;
  return {
    address,
    connection: { address },
    taskQueue: 'client-test',
    namespace: `client-${randomBytes(4).toString('hex')}`,
  };
};

const definition: ScheduleDefinition = {
  function: 'inject-tickets',
  interface: 'fcx',
  schedule: 'league',
  organization: 'FCX',
  timing: { kind: 'every', everySeconds: 3600 },
  timeZone: 'Europe/Zurich',
  stickToTheHour: true,
};

beforeAll(async () => {
  client = await openClient(settings());
});
afterAll(() => client.close());

test('set-up makes the namespace, its retention and the search attributes, and changes nothing the second time', async () => {
  const first = await client.setUp();
  expect(first).toMatchObject({ namespaceCreated: true });
  expect(first.searchAttributesAdded).toHaveLength(6);
  expect(await client.setUp()).toEqual({
    namespace: client.namespace,
    namespaceCreated: false,
    retentionChanged: false,
    searchAttributesAdded: [],
  });
  expect(await client.retentionDays()).toBe(30);
  expect(await client.missingSearchAttributes()).toEqual([]);
});

test('a schedule that is put again keeps what operators paused, and knows whether it is current', async () => {
  expect(await client.describeSchedule(definition)).toBeUndefined();
  await client.putSchedule(definition);
  const made = await client.describeSchedule(definition);
  expect(made).toMatchObject({ scheduleId: 'inject-tickets/fcx/league', paused: false });
  expect(client.isCurrent(made, definition)).toBe(true);
  for (const change of [
    { timing: { kind: 'every', everySeconds: 7200 } },
    { timing: { kind: 'cron', cron: '0 * * * *' } },
    { timing: { ...definition.timing, startAt: new Date('2026-01-01T00:00:00Z') } },
    { stickToTheHour: false },
    { timeZone: 'Europe/London' },
    { organization: 'FCY' },
  ] as const) {
    expect(client.isCurrent(made, { ...definition, ...change })).toBe(false);
  }

  expect(await client.setSchedulePaused(definition, { paused: true, note: 'derby' })).toBe(true);
  const slower = { ...definition, timing: { kind: 'every', everySeconds: 7200 } } as const;
  await client.putSchedule(slower);
  const updated = await client.describeSchedule(definition);
  expect(updated).toMatchObject({ paused: true, note: 'derby' });
  expect(client.isCurrent(updated, slower)).toBe(true);
});

test('a cron expression is read in the zone of the organization, also where that has daylight-saving time', async () => {
  const daily = { ...definition, schedule: 'daily', timing: { kind: 'cron', cron: '30 9 * * *' } } as const;
  await client.putSchedule(daily);
  const state = await client.describeSchedule(daily);
  const hours = state?.nextStarts.map((time) =>
    time.toLocaleTimeString('en-GB', { timeZone: 'Europe/Zurich', hour: '2-digit', minute: '2-digit' }),
  );
  expect(hours?.length).toBeGreaterThan(3);
  expect(new Set(hours)).toEqual(new Set(['09:30']));
});

test('a schedule of retrieve-status starts ticks, and its account has one run, whoever starts it', async () => {
  const retrieve = { ...definition, function: 'retrieve-status', schedule: 'retrieve' } as const;
  await client.putSchedule(retrieve);
  const made = await client.describeSchedule(retrieve);
  expect(made).toMatchObject({ scheduleId: 'retrieve-status/fcx/retrieve' });
  expect(client.isCurrent(made, retrieve)).toBe(true);
  const { connection, client: temporal } = await connectClient({ ...settings(), namespace: client.namespace });
  const { action } = await temporal.schedule.getHandle('retrieve-status/fcx/retrieve').describe();
  await connection.close();
  expect(action).toMatchObject({
    workflowType: 'retrieveTick',
    args: [{ schedule: 'fcx/retrieve', trigger: 'SCHEDULE' }],
  });

  const subject = { ...retrieve, organizer: 'fc-example', trigger: 'OPERATOR' } as const;
  const run = await client.startRetrieve(subject, { schedule: 'fcx/retrieve' });
  expect(run.workflowId).toBe('retrieve-status/fc-example');
  const other = { ...subject, interface: 'fcy', organization: 'FCY' };
  await expect(client.startRetrieve(other, { schedule: 'fcy/retrieve' })).rejects.toMatchObject({
    name: 'RunAlreadyOpen',
    workflowId: 'retrieve-status/fc-example',
  });
  expect(await client.describe('retrieve-status/fc-example')).toEqual({ state: 'open', firstRunId: run.firstRunId });
});

test('a schedule that is not there cannot be paused, and removing it twice is no error', async () => {
  await client.removeSchedule(definition);
  await client.removeSchedule(definition);
  expect(await client.describeSchedule(definition)).toBeUndefined();
  expect(await client.setSchedulePaused(definition, { paused: true, note: '' })).toBe(false);
});

test('open runs are those of the very schedule, and a second start of the same second is refused', async () => {
  const at = new Date('2026-11-20T10:05:00Z');
  const subject = { ...definition, function: 'inject-tickets', trigger: 'OPERATOR' } as const;
  const run = await client.startPush(subject, { input: { schedule: 'fcx/league' }, at });
  expect(run.workflowId).toBe('inject-tickets/fcx/league-2026-11-20T10:05:00Z');
  await client.startPush({ ...subject, schedule: 'league-2' }, { input: { schedule: 'fcx/league-2' }, at });
  await expect(client.startPush(subject, { input: { schedule: 'fcx/league' }, at })).rejects.toMatchObject({
    name: 'RunAlreadyOpen',
    workflowId: run.workflowId,
  });
  expect(await client.describe(run.workflowId)).toEqual({ state: 'open', firstRunId: run.firstRunId });
  expect(await client.describe('inject-tickets/fcx/never')).toEqual({ state: 'unknown' });
  await expect(
    client.signal({ workflowId: 'inject-tickets/fcx/never', firstRunId: 'none' }, 'pause'),
  ).rejects.toMatchObject({ name: 'RunNotOpen' });
  // Temporal's list lags behind its truth by moments.
  const giveUpAt = Date.now() + 20_000;
  let open: readonly string[] = [];
  while (open.length === 0 && Date.now() < giveUpAt) open = await client.listOpenRuns(definition);
  expect(open).toEqual([run.workflowId]);
});

test('a server that does not answer is named, with what would help', async () => {
  const failure = openClient({ ...settings(), address: '127.0.0.1:1', connection: { address: '127.0.0.1:1' } });
  await expect(failure).rejects.toBeInstanceOf(TemporalUnreachable);
  await expect(failure).rejects.toThrow(/does not answer at 127\.0\.0\.1:1\. .*TEMPORAL_ADDRESS/);
});

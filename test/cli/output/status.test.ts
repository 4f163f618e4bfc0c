import { openScreen } from '../../../cli/output/screen';
import { judgeSchedule, toStatusDocument, toStatusLines, type ScheduleFacts } from '../../../cli/output/status';
import { describePausedInterface } from '../../../core/retrieve-status/report';

const now = new Date('2026-11-20T12:00:00Z');
const minutesAgo = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000);

/** An AUTOMATIC schedule of retrieve-status that Temporal has for a day, and that had no run of its own. */
function retrieve(accountGoodAtMs: number | null): ScheduleFacts {
  return {
    schedule: {
      id: '1',
      name: 'retrieve',
      interfaceId: '1',
      interface: 'fcx',
      function: 'retrieve-status',
      launch: 'AUTOMATIC',
      timing: {},
      settings: {},
      parameters: {},
      organizationId: '1',
      organization: 'FCX',
      timeZone: 'Europe/Zurich',
      organizer: 'fc-example',
      interfacePaused: false,
      organizerPaused: false,
    },
    name: 'fcx/retrieve',
    summary: { scheduleId: '1', last: null, lastGoodAtMs: null, lastGoodRun: null, lastSimulation: null, open: [] },
    temporal: {
      scheduleId: 'retrieve-status/fcx/retrieve',
      definition: 'x',
      paused: false,
      nextStarts: [minutesAgo(-1), minutesAgo(-6)],
      createdAt: minutesAgo(24 * 60),
    },
    backlogs: new Map(),
    operators: [],
    unplanned: [],
    account: {
      cursor: { organizer: 'fc-example', paginationKey: 'k', movedAtMs: null, holder: null, putAside: 0 },
      lastRead: accountGoodAtMs === null ? null : { schedule: 'fcx/other', run: 31, atMs: accountGoodAtMs },
    },
  };
}

test.each<[what: string, accountGoodAtMs: number | null, late: boolean]>([
  ['was read a moment ago', minutesAgo(1).getTime(), false],
  ['was read too long ago', minutesAgo(16).getTime(), true],
  ['was never read', null, true],
])('a schedule whose account another one reads is late only when the account is: it %s', (_what, goodAtMs, late) => {
  expect(judgeSchedule(retrieve(goodAtMs), now, undefined).late).toBe(late);
});

test('what happened since the command began is no seconds old, and not less', () => {
  const since = now.getTime() + 1_400;
  const facts = retrieve(null);
  const run = { run: 7, workflowId: 'w', openedAtMs: since, paused: false, simulation: false, planned: 0, records: 0 };
  const summary = { ...facts.summary, lastGoodAtMs: since, open: [{ ...run, lastSignAtMs: since }] };
  expect(toStatusDocument(judgeSchedule({ ...facts, summary }, now, undefined))).toMatchObject({
    lastGoodAgeSeconds: 0,
    openRuns: [{ silentSeconds: 0 }],
  });
});

test.each([
  ['to resume its interface while that is paused', true, 'its interface is paused (tixngo resume --interface fcx).'],
  ['nothing once that is resumed', false, 'its interface was paused then, and is resumed since.'],
])('a read-back that met its paused interface advises %s', (_what, interfacePaused, told) => {
  const facts = retrieve(null);
  const last = {
    run: 8,
    outcome: 'SKIPPED',
    ending: 'operator',
    openedAtMs: now.getTime(),
    closedAtMs: now.getTime(),
    message: `Nothing was done: ${describePausedInterface('fcx')}.`,
  } as const;
  const schedule = { ...facts.schedule, interfacePaused };
  const status = judgeSchedule({ ...facts, schedule, summary: { ...facts.summary, last } }, now, undefined);
  const remarks = toStatusLines(openScreen(false), [status]);
  expect(remarks).toContain(`fcx/retrieve: SKIPPED: Nothing was done: ${told}`);
});

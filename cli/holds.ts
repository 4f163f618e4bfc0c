import type { StartedRun } from '../client/runs';
import type { Database } from '../db/database';
import { findExecution, type ExecutionRow } from '../db/queries/operations/find-execution';
import { listLiveWorkers } from '../db/queries/operations/list-live-workers';
import { listOperatorActions } from '../db/queries/operations/list-operator-actions';
import { listSchedules } from '../db/queries/operations/list-schedules';
import { readGate, type GateRow } from '../db/queries/operations/read-gate';
import { describeAction } from './output/operators';
import { toTime } from './output/times';

/** Something that keeps a run from going on. */
export interface Hold {
  /** By this it is known again at the next look. */
  readonly what: string;
  /** What it is, who did it and why, and what ends it. */
  readonly words: string;
  /** Said once it is gone, of what ends without anybody's doing. */
  readonly over?: string;
  /** It may be gone before anybody has read of it: not told yet. */
  readonly isBrief?: boolean;
}

/** What keeps a run from going on. Empty while the run goes on by itself; undefined once it is closed: what is gone then is nobody's concern. */
export async function listHolds(database: Database, run: StartedRun): Promise<readonly Hold[] | undefined> {
  const [execution, workers] = await Promise.all([findExecution(database, run), listLiveWorkers(database)]);
  if (execution !== undefined && execution.closedAtMs !== null) return undefined;
  // One that is not planned yet waits for a worker alone: a paused interface keeps no run from being planned.
  const [pauses, gate] =
    execution === undefined
      ? [[], []]
      : await Promise.all([listPauses(database, execution), listGateHolds(database, execution)]);
  const workerless = workers.length > 0 ? [] : ['no worker runs. One starts with: tixngo worker'];
  return [...[...pauses, ...workerless].map((words) => ({ what: words, words })), ...gate];
}

/** What has to be told after a look, and what is told by then; `told` is what was before. A brief hold is not told, but one that was told still lasts. */
export function compareHolds(
  told: readonly Hold[],
  holds: readonly Hold[],
): { readonly gone: readonly Hold[]; readonly begun: readonly Hold[]; readonly told: readonly Hold[] } {
  const isAmong = (those: readonly Hold[], { what }: Hold): boolean => those.some((that) => that.what === what);
  const present = holds.filter((hold) => hold.isBrief !== true || isAmong(told, hold));
  return {
    gone: told.filter((hold) => !isAmong(present, hold)),
    begun: present.filter((hold) => !isAmong(told, hold)),
    told: present,
  };
}

async function listPauses(database: Database, execution: ExecutionRow): Promise<readonly string[]> {
  const { run, scheduleId, simulation, timeZone } = execution;
  const schedule = (await listSchedules(database)).find(({ id }) => id === scheduleId);
  // A simulation makes no call; a read-back ends when its interface is paused.
  const calls = schedule !== undefined && !simulation ? schedule : undefined;
  const held = [
    ...(execution.paused ? [[`run ${String(run)}`, String(run)] as const] : []),
    ...(calls?.interfacePaused === true && execution.function !== 'retrieve-status'
      ? [[`interface ${calls.interface}`, `--interface ${calls.interface}`] as const]
      : []),
    ...(calls?.organizerPaused === true
      ? [[`organizer ${calls.organizer}`, `--organizer ${calls.organizer}`] as const]
      : []),
  ];
  const actions = await listOperatorActions(
    database,
    held.map(([subject]) => subject),
  );
  return held.map(([subject, words]) => {
    const last = actions.findLast((action) => action.subject === subject);
    const what = last?.action === 'pause' ? describeAction(last, timeZone) : `${subject} is paused`;
    return `${what}. It goes on after: tixngo resume ${words}`;
  });
}

/** From then on one call a second goes out in all; a shorter pause is part of going on, at an account that is called too often. */
const BRIEF_MS = 5_000;

/** TIXNGO itself, where the gate of the account is closed. */
async function listGateHolds(database: Database, execution: ExecutionRow): Promise<readonly Hold[]> {
  // Neither makes a call.
  if (execution.simulation || typeof execution.readFrom?.upload === 'number') return [];
  const gate = await readGate(database, execution.run);
  if (gate === undefined) return [];
  // A read-back tries for itself whether TIXNGO answers; of the gate it obeys the pause.
  const obeyed = execution.function === 'retrieve-status' ? { ...gate, failing: null } : gate;
  const hold = toGateHold(obeyed, execution.timeZone);
  return hold === undefined ? [] : [hold];
}

/** What a gate holds up, and until when; undefined while it is open. */
export function toGateHold({ failing, pause }: GateRow, timeZone: string): Hold | undefined {
  const time = (epochMs: number): string => toTime(epochMs, timeZone);
  const until = pause === null ? undefined : `asked for a pause until ${time(pause.untilMs)}`;
  const isBriefPause = pause === null || pause.leftMs < BRIEF_MS;
  if (failing !== null) {
    const since = `has given no valid answer since ${time(failing.sinceMs)} (${failing.code})`;
    return {
      what: 'TIXNGO fails',
      words: `TIXNGO ${since}${until === undefined ? '' : `, and ${until}`}. It goes on by itself once TIXNGO answers`,
      over: 'TIXNGO answers again',
      isBrief: isBriefPause && failing.forMs < BRIEF_MS,
    };
  }
  if (until === undefined) return undefined;
  return {
    what: 'pause of TIXNGO',
    words: `TIXNGO ${until}. It goes on by itself then`,
    over: 'the pause that TIXNGO asked for is over',
    isBrief: isBriefPause,
  };
}

import type { AccountGateRow } from '../../db/queries/operations/list-gates';
import type { ScheduleRow } from '../../db/queries/operations/list-schedules';
import { toGateHold, type Hold } from '../holds';
import { toTime } from './times';

/** A schedule, and how the gate of its account stands. */
export interface GateFacts {
  readonly schedule: ScheduleRow;
  readonly gate?: AccountGateRow;
}

/** What keeps an account waiting, in the words that `run --wait` has for it: once, however many schedules are of it. */
export function toGateLines(facts: readonly GateFacts[]): readonly string[] {
  const accounts = new Set(facts.map(({ schedule }) => schedule.organizer));
  return [...accounts].flatMap((organizer) => {
    const ofIt = facts.filter(({ schedule }) => schedule.organizer === organizer);
    return [...toWaitLines(ofIt), ...toKeyLines(ofIt)];
  });
}

function toWaitLines([first]: readonly GateFacts[]): readonly string[] {
  const hold = first === undefined ? undefined : findHold(first);
  return first === undefined || hold === undefined
    ? []
    : [`organizer ${first.schedule.organizer} waits: ${hold.words}`];
}

/** The key is of an interface, and the account does not say of which. */
function toKeyLines(facts: readonly GateFacts[]): readonly string[] {
  const [first] = facts;
  const refusedAtMs = first?.gate?.keyRefusedAtMs ?? null;
  if (first === undefined || refusedAtMs === null) return [];
  const { organizer, timeZone } = first.schedule;
  const interfaces = new Set(facts.map(({ schedule }) => schedule.interface));
  const tests = [...interfaces].map((name) => `tixngo test ${name}`).join(', ');
  return [
    `organizer ${organizer}: TIXNGO refuses the API key, last at ${toTime(refusedAtMs, timeZone)}; ` +
      `check the key reference of the interface: ${tests}. The next run asks again`,
  ];
}

/** Of a wait that `toGateLines` tells, and of a refused key; null when there is neither. */
export function toGateDocument(facts: GateFacts): object | null {
  const { schedule, gate } = facts;
  const time = (epochMs: number): string => toTime(epochMs, schedule.timeZone);
  const { failing, pause } =
    gate !== undefined && findHold(facts) !== undefined ? gate : { failing: null, pause: null };
  const keyRefusedAtMs = gate?.keyRefusedAtMs ?? null;
  if (failing === null && pause === null && keyRefusedAtMs === null) return null;
  return {
    failing: failing && { since: time(failing.sinceMs), code: failing.code },
    pausedUntil: pause && time(pause.untilMs),
    keyRefusedAt: keyRefusedAtMs === null ? null : time(keyRefusedAtMs),
  };
}

/** What may be over before anybody has read of it is not told. */
function findHold({ schedule, gate }: GateFacts): Hold | undefined {
  const hold = gate === undefined ? undefined : toGateHold(gate, schedule.timeZone);
  return hold?.isBrief === true ? undefined : hold;
}

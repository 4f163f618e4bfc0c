import { count } from '../core/count';
import { parseTicketReferences } from '../core/force-skip';
import { findTickets } from '../db/queries/operations/find-tickets';
import { writeTicketUpload } from '../db/queries/operations/write-upload';
import type { ScheduleRow } from '../db/queries/operations/list-schedules';
import type { PushInput } from '../client/system-client';
import type { Answer } from './answer';
import type { RecordedOptions } from './command';
import { wrongUsage } from './failure';
import { findSchedule, toFullName } from './find';
import type { RetrieveOptions } from './retrieve';
import type { Session } from './session';
import { startRun, type StartOptions } from './start';
import { findMissing, listTickets, ticketAdvice, toNoTicket } from './tickets';

export interface RunOptions extends RecordedOptions, StartOptions, RetrieveOptions {
  readonly force?: string;
  readonly skip?: string;
  readonly simulate?: true;
}

/** Options that a run of one kind takes and a run of the other kind does not, as they are written. */
const PUSH_OPTIONS = { force: '--force', skip: '--skip', simulate: '--simulate', also: '--also' } as const;
const RETRIEVE_OPTIONS = {
  cursor: '--cursor',
  confirmCursor: '--confirm-cursor',
  fullResync: '--full-resync',
  file: '--file',
} as const;

/** A workflow's input stays in its history: longer lists travel by the table `upload`. */
const LONGEST_LIST = 2_000;

/** Starts a run of a schedule as the options say. */
export async function runSchedule(session: Session, name: string, options: RunOptions): Promise<Answer> {
  const schedule = await findSchedule(session, name);
  if (schedule.function !== 'retrieve-status') {
    refuseOptions(options, RETRIEVE_OPTIONS, schedule);
    return await runPush(session, schedule, options);
  }
  refuseOptions(options, PUSH_OPTIONS, schedule);
  const { runRetrieve } = await import('./retrieve.js');
  return await runRetrieve(session, schedule, options);
}

/** Every option that a run of this schedule cannot go by, in one failure. */
function refuseOptions(
  options: RunOptions,
  foreign: Readonly<Partial<Record<keyof RunOptions, string>>>,
  schedule: ScheduleRow,
): void {
  const given = keysOf(foreign).flatMap((name) => (options[name] === undefined ? [] : [foreign[name]]));
  if (given.length === 0) return;
  const allowed = Object.values(schedule.function === 'retrieve-status' ? RETRIEVE_OPTIONS : PUSH_OPTIONS).join(', ');
  throw wrongUsage(
    `${toFullName(schedule)} is a schedule of ${schedule.function}: ${given.join(', ')} cannot be used with it. It takes ${allowed}`,
  );
}

function keysOf<T extends object>(table: T): readonly (keyof T)[];
function keysOf(table: object): readonly string[] {
  return Object.keys(table);
}

async function runPush(session: Session, schedule: ScheduleRow, options: RunOptions): Promise<Answer> {
  const forced = parseList(options.force, '--force');
  const skipped = parseList(options.skip, '--skip');
  if (skipped !== undefined && skipped.length > LONGEST_LIST) {
    throw wrongUsage(`--skip is too long for one run (${String(LONGEST_LIST)} characters). Use tixngo skip add.`);
  }
  await checkForced(session, forced, schedule.organization);
  const input: PushInput = {
    schedule: toFullName(schedule),
    trigger: 'OPERATOR',
    ...(await toForce(session, schedule.id, forced)),
    ...(skipped !== undefined && { skip: skipped }),
    ...(options.simulate === true && { simulate: true }),
  };
  return await startRun(session, { schedule, input, options, action: options.force === undefined ? 'run' : 'force' });
}

/**
 * The run itself only counts forced numbers that name no ticket: what somebody typed stays out of histories. Where none of them names one there is
 * nothing to run.
 */
async function checkForced(session: Session, forced: string | undefined, organization: string): Promise<void> {
  if (forced === undefined) return;
  const parsed = parseTicketReferences(forced, '--force');
  if ('problems' in parsed) return;
  const { ticketNumbers: numbers, ids } = parsed.references;
  const found = await findTickets(await session.database(), { numbers, ids, organization });
  if (found.length === 0) throw await toNoTicket(session, parsed.references, organization);
  const unknown = findMissing(parsed.references, found);
  const missing = unknown.ticketNumbers.length + unknown.ids.length;
  if (missing === 0) return;
  const asked = count(numbers.length + ids.length, 'forced number');
  const verb = missing === 1 ? 'names' : 'name';
  session.screen.talk(
    `${String(missing)} of ${asked} ${verb} no ticket of ${organization}: ${listTickets(unknown)}. The run takes the others. ${ticketAdvice}`,
  );
}

async function toForce(
  session: Session,
  scheduleId: string,
  forced: string | undefined,
): Promise<Pick<PushInput, 'force' | 'upload'>> {
  if (forced === undefined) return {};
  if (forced.length <= LONGEST_LIST) return { force: forced };
  const database = await session.database();
  return { upload: await writeTicketUpload(database, { scheduleId, tickets: forced.split(','), who: session.who }) };
}

/** The list as written, once each; a failure that names every bad entry, or an empty list. */
function parseList(text: string | undefined, option: string): string | undefined {
  if (text === undefined) return undefined;
  const parsed = parseTicketReferences(text, option);
  if ('problems' in parsed) {
    const problems = parsed.problems.map(({ found, allowed }) => `${option}: found ${found}; allowed: ${allowed}`);
    throw wrongUsage(`The list of tickets cannot be used (${String(problems.length)}):`, problems);
  }
  const { ticketNumbers, ids } = parsed.references;
  // An empty list would mean every ticket that is due: the opposite of what was written.
  if (ticketNumbers.length + ids.length === 0) throw wrongUsage(`${option} names no ticket`);
  return [...ticketNumbers, ...ids.map((id) => `id:${id}`)].join(',');
}

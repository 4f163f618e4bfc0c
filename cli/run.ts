import { count } from '../core/count';
import {
  countReferences,
  mergeReferences,
  noReferences,
  parseTicketReferences,
  type TicketReferences,
} from '../core/force-skip';
import { findTickets, type TicketRow } from '../db/queries/operations/find-tickets';
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
import { findMissing, listTickets, ticketAdvice, toNames, toNoTicket } from './tickets';

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
  const force = parseList(options.force, '--force');
  const skip = parseList(options.skip, '--skip');
  const skipped = skip === undefined ? undefined : toList(skip);
  if (skipped !== undefined && skipped.length > LONGEST_LIST) {
    throw wrongUsage(`--skip is too long for one run (${String(LONGEST_LIST)} characters). Use tixngo skip add.`);
  }
  await checkNamed(session, { force, skip }, schedule.organization);
  const input: PushInput = {
    schedule: toFullName(schedule),
    trigger: 'OPERATOR',
    ...(force !== undefined && (await toForce(session, schedule.id, toList(force)))),
    ...(skipped !== undefined && { skip: skipped }),
    ...(options.simulate === true && { simulate: true }),
  };
  return await startRun(session, { schedule, input, options, action: force === undefined ? 'run' : 'force' });
}

interface Named {
  readonly force: TicketReferences | undefined;
  readonly skip: TicketReferences | undefined;
}

/**
 * The run itself only counts forced numbers that name no ticket, and leaves nothing out for a skipped one: what somebody typed stays out of
 * histories. A slip in --skip would send the very ticket that was to be held back, and none that is sent can be called back.
 */
async function checkNamed(session: Session, { force, skip }: Named, organization: string): Promise<void> {
  if (force === undefined && skip === undefined) return;
  const { ticketNumbers: numbers, ids } = mergeReferences(force ?? noReferences, skip ?? noReferences);
  const found = await findTickets(await session.database(), { numbers, ids, organization });
  if (force !== undefined && skip !== undefined) refuseNamedTwice({ force, skip }, found);
  if (skip !== undefined) {
    const unknown = findMissing(skip, found);
    if (countReferences(unknown) > 0) throw await toNoTicket(session, unknown, organization);
  }
  if (force === undefined) return;
  const unknown = findMissing(force, found);
  const missing = countReferences(unknown);
  // Where none of them names a ticket there is nothing to run.
  if (missing === countReferences(force)) throw await toNoTicket(session, unknown, organization);
  if (missing === 0) return;
  const asked = count(countReferences(force), 'forced number');
  const verb = missing === 1 ? 'names' : 'name';
  session.screen.talk(
    `${String(missing)} of ${asked} ${verb} no ticket of ${organization}: ${listTickets(unknown)}. The run takes the others. ${ticketAdvice}`,
  );
}

/** Skip wins (domain.md 5.2): such a run would do nothing for the ticket, and end well. One of the two lists is a slip, and only its writer knows which. */
function refuseNamedTwice(
  { force, skip }: { readonly force: TicketReferences; readonly skip: TicketReferences },
  found: readonly TicketRow[],
): void {
  const numbers = new Set(force.ticketNumbers);
  const ids = new Set(force.ids);
  // A ticket that one list names by its number and the other one by its id is one ticket all the same.
  const forced = found.filter((row) => numbers.has(row.ticketNumber) || ids.has(row.id));
  for (const { ticketNumber, id } of forced) {
    numbers.add(ticketNumber);
    ids.add(id);
  }
  const both = {
    ticketNumbers: skip.ticketNumbers.filter((number) => numbers.has(number)),
    ids: skip.ids.filter((id) => ids.has(id)),
  };
  const named = countReferences(both);
  if (named === 0) return;
  const same = named === 1 ? 'the same ticket' : 'the same tickets';
  throw wrongUsage(
    `--skip and --force name ${same}: ${listTickets(both)}. Take ${named === 1 ? 'it' : 'each'} out of one of the two lists.`,
  );
}

async function toForce(
  session: Session,
  scheduleId: string,
  forced: string,
): Promise<Pick<PushInput, 'force' | 'upload'>> {
  if (forced.length <= LONGEST_LIST) return { force: forced };
  const database = await session.database();
  return { upload: await writeTicketUpload(database, { scheduleId, tickets: forced.split(','), who: session.who }) };
}

/** The tickets as written, once each; a failure that names every bad entry, or an empty list. */
function parseList(text: string | undefined, option: string): TicketReferences | undefined {
  if (text === undefined) return undefined;
  const parsed = parseTicketReferences(text, option);
  if ('problems' in parsed) {
    const problems = parsed.problems.map(({ found, allowed }) => `${option}: found ${found}; allowed: ${allowed}`);
    throw wrongUsage(`The list of tickets cannot be used (${String(problems.length)}):`, problems);
  }
  // An empty list would mean every ticket that is due: the opposite of what was written.
  if (countReferences(parsed.references) === 0) throw wrongUsage(`${option} names no ticket`);
  return parsed.references;
}

function toList(references: TicketReferences): string {
  return toNames(references).join(',');
}

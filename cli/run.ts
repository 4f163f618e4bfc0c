import { parseTicketReferences } from '../core/force-skip';
import { findTickets } from '../db/queries/operations/find-tickets';
import { writeTicketUpload } from '../db/queries/operations/write-upload';
import type { PushInput } from '../client/system-client';
import type { Answer } from './answer';
import type { RecordedOptions } from './command';
import { wrongUsage } from './failure';
import { findSchedule, toFullName } from './find';
import type { Session } from './session';
import { startRun, type StartOptions } from './start';

export interface RunOptions extends RecordedOptions, StartOptions {
  readonly force?: string;
  readonly skip?: string;
  readonly simulate?: true;
}

/** A workflow's input stays in its history: longer lists travel by the table `upload`. */
const LONGEST_LIST = 2_000;

/** Starts a run of a schedule as the options say. */
export async function runSchedule(session: Session, name: string, options: RunOptions): Promise<Answer> {
  const forced = parseList(options.force, '--force');
  const skipped = parseList(options.skip, '--skip');
  if (skipped !== undefined && skipped.length > LONGEST_LIST) {
    throw wrongUsage(`--skip is too long for one run (${String(LONGEST_LIST)} characters). Use tixngo skip add.`);
  }
  const schedule = await findSchedule(session, name);
  await tellUnknown(session, forced, schedule.organization);
  const input: PushInput = {
    schedule: toFullName(schedule),
    trigger: 'OPERATOR',
    ...(await toForce(session, schedule.id, forced)),
    ...(skipped !== undefined && { skip: skipped }),
    ...(options.simulate === true && { simulate: true }),
  };
  return await startRun(session, { schedule, input, options, action: options.force === undefined ? 'run' : 'force' });
}

/** The run itself only counts forced numbers that name no ticket: what somebody typed stays out of histories. */
async function tellUnknown(session: Session, forced: string | undefined, organization: string): Promise<void> {
  if (forced === undefined || forced.length > LONGEST_LIST) return;
  const parsed = parseTicketReferences(forced, '--force');
  if ('problems' in parsed) return;
  const { ticketNumbers: numbers, ids } = parsed.references;
  const found = await findTickets(await session.database(), { numbers, ids, organization });
  const unknown = [
    ...numbers.filter((number) => !found.some(({ ticketNumber }) => ticketNumber === number)),
    ...ids.filter((id) => !found.some((ticket) => ticket.id === id)).map((id) => `id:${id}`),
  ];
  if (unknown.length > 0) session.screen.talk(`No ticket of ${organization}: ${unknown.join(', ')}`);
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

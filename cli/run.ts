import { parseTicketReferences } from '../core/force-skip';
import { writeTicketUpload } from '../db/queries/operations/write-upload';
import type { PushInput } from '../client/system-client';
import type { Answer } from './answer';
import { addCommand, withRecord, type RecordedOptions, type Registry } from './command';
import { wrongUsage } from './failure';
import { findSchedule, toFullName } from './find';
import type { Session } from './session';
import { startRun, type StartOptions } from './start';

interface RunOptions extends RecordedOptions, StartOptions {
  readonly force?: string;
  readonly skip?: string;
  readonly simulate?: true;
}

/** A workflow's input stays in its history: longer lists travel by the table `upload`. */
const LONGEST_LIST = 2_000;

export function addRun({ program, run }: Registry): void {
  const command = addCommand(program, {
    name: 'run',
    summary: 'start a run of a schedule now',
    examples: [
      ['run fcx-tixngo/inject-league --wait', 'start it, show its progress, end 1 when it ends in ERROR'],
      ['run inject-league --force 12300123,id:7 --simulate', 'only these two tickets, everything but the call'],
    ],
  })
    .argument('<schedule>', 'interface/schedule, or the schedule alone where its name is unique')
    .option('--wait', 'wait for the end of the run; 0 when it ends OK or WARNING, 1 when it ends in ERROR')
    .option('--force <tickets>', 'only these tickets: numbers, or id:7, separated by commas')
    .option('--skip <tickets>', 'without these tickets, in the same form')
    .option('--simulate', 'build and check every message, send none')
    .option('--also', 'start it although another run of the schedule is open');
  withRecord(command).action(async (schedule: string, options: RunOptions) => {
    await run(options, (session) => runSchedule(session, schedule, options));
  });
}

async function runSchedule(session: Session, name: string, options: RunOptions): Promise<Answer> {
  const forced = parseList(options.force, '--force');
  const skipped = parseList(options.skip, '--skip');
  if (skipped !== undefined && skipped.length > LONGEST_LIST) {
    throw wrongUsage(`--skip is too long for one run (${String(LONGEST_LIST)} characters). Use tixngo skip add.`);
  }
  const schedule = await findSchedule(session, name);
  const input: PushInput = {
    schedule: toFullName(schedule),
    trigger: 'OPERATOR',
    ...(await toForce(session, schedule.id, forced)),
    ...(skipped !== undefined && { skip: skipped }),
    ...(options.simulate === true && { simulate: true }),
  };
  return await startRun(session, { schedule, input, options, action: options.force === undefined ? 'run' : 'force' });
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

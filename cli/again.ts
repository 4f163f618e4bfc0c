import { runFileAgain } from '../core/retrieve-status/report';
import type { Answer } from './answer';
import type { RecordedOptions } from './command';
import { CommandFailure } from './failure';
import { findRun, findSchedule, toFullName } from './find';
import { toPush } from './functions';
import type { Session } from './session';
import { startRun, type StartOptions } from './start';

export type AgainOptions = RecordedOptions & StartOptions;

/** Starts a run over what a closed one left. */
export async function runAgain(session: Session, text: string, options: AgainOptions): Promise<Answer> {
  const execution = await findRun(session, text);
  if (execution.closedAtMs === null) {
    throw new CommandFailure(
      1,
      `Run ${text} is open: it can be run again when it has ended (tixngo log ${text} --follow)`,
    );
  }
  const schedule = await findSchedule(session, `${execution.interface}/${execution.schedule}`);
  const file = execution.readFrom?.upload ?? null;
  toPush(
    schedule,
    file === null
      ? 'its next run goes on where the account stands (tixngo run), and tixngo put-aside retry tries records again'
      : `run ${text} applied a file, which is not kept; ${runFileAgain}`,
  );
  const input = { schedule: toFullName(schedule), trigger: 'OPERATOR', again: execution.run } as const;
  return await startRun(session, { schedule, input, options, action: 'again' });
}

import type { Answer } from './answer';
import { addCommand, withRecord, type RecordedOptions, type Registry } from './command';
import { CommandFailure } from './failure';
import { findRun, findSchedule, toFullName } from './find';
import type { Session } from './session';
import { startRun, type StartOptions } from './start';

type AgainOptions = RecordedOptions & StartOptions;

export function addAgain({ program, run }: Registry): void {
  const command = addCommand(program, {
    name: 'again',
    summary: 'run a closed run again: its NOT_TRIED, REFUSED and SIMULATED tickets that are still due',
    examples: [
      ['again 812 --wait', 'after the reason of the refusals was repaired'],
      ['again 812 --reason "addresses corrected"', 'start it and go on; the reason is recorded'],
    ],
  })
    .argument('<run>', 'number of a closed run')
    .option('--wait', 'wait for the end of the run; 0 when it ends OK or WARNING, 1 when it ends in ERROR')
    .option('--also', 'start it although another run of the schedule is open');
  withRecord(command).action(async (text: string, options: AgainOptions) => {
    await run(options, (session) => runAgain(session, text, options));
  });
}

async function runAgain(session: Session, text: string, options: AgainOptions): Promise<Answer> {
  const execution = await findRun(session, text);
  if (execution.closedAtMs === null) {
    throw new CommandFailure(
      1,
      `Run ${text} is open: it can be run again when it has ended (tixngo log ${text} --follow)`,
    );
  }
  const schedule = await findSchedule(session, `${execution.interface}/${execution.schedule}`);
  const input = { schedule: toFullName(schedule), trigger: 'OPERATOR', again: execution.run } as const;
  return await startRun(session, { schedule, input, options, action: 'again' });
}

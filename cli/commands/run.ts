import { addCommand, withRecord, type Registry } from '../command';
import type { AgainOptions } from '../again';
import type { RunOptions } from '../run';

export function addRun({ program, run }: Registry): void {
  const command = addCommand(program, {
    name: 'run',
    summary: 'start a run of a schedule now',
    examples: [
      [
        'run fcx-tixngo/inject-league --force 12300123,id:7 --simulate --wait',
        'only these two tickets, everything but the call; end 1 when it ends in ERROR',
      ],
      [
        'run read-back --full-resync --reason "key expired"',
        'of retrieve-status: read everything again; recorded with the reason',
      ],
    ],
  })
    .argument('<schedule>', 'interface/schedule, or the schedule alone where its name is unique')
    .option(
      '--wait',
      'wait for the end of the run; 0 when it ends OK or WARNING, 1 when it ends in ERROR or, of retrieve-status, SKIPPED',
    )
    .option('--force <tickets>', 'of a push: only these tickets: numbers, or id:7, separated by commas')
    .option('--skip <tickets>', 'of a push: without these tickets, in the same form')
    .option('--simulate', 'of a push: build and check every message, send none')
    .option('--also', 'of a push: start it although another run of the schedule is open')
    .option('--cursor <key>', 'of retrieve-status: read from this pagination key on; needs --confirm-cursor')
    .option('--confirm-cursor <key>', 'the pagination key that stands there now, as tixngo pending shows it')
    .option('--full-resync', 'of retrieve-status: read everything again, from the beginning')
    .option(
      '--file <file>',
      'of retrieve-status: apply the records of a file, JSON or NDJSON, as if TIXNGO had sent them; the cursor stays',
    );
  withRecord(command).action(async (schedule: string, options: RunOptions) => {
    const { runSchedule } = await import('../run.js');
    await run(options, (session) => runSchedule(session, schedule, options));
  });
}

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
    const { runAgain } = await import('../again.js');
    await run(options, (session) => runAgain(session, text, options));
  });
}

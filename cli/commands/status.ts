import { addCommand, type Registry } from '../command';
import type { StatusOptions } from '../status';

export function addStatus({ program, run }: Registry): void {
  addCommand(program, {
    name: 'status',
    summary: 'what is red and why, what runs, what is stuck, when each schedule starts next',
    examples: [
      ['status', 'one line per schedule, and what to look at'],
      ['status --check --max-age 30m', 'for monitoring: 1 when an automatic schedule had no good run for 30 minutes'],
    ],
  })
    .option('--check', 'end 1 when an automatic schedule has had no good run for too long')
    .option(
      '--max-age <duration>',
      'with --check: how old the last good run may be, such as 30m, 2h, 1d (otherwise three intervals, 15 minutes at least)',
    )
    .action(async (options: StatusOptions) => {
      const { showStatus } = await import('../status.js');
      await run(options, (session) => showStatus(session, options));
    });
}

import { addCommand, type Registry } from '../command';
import type { LogOptions } from '../log';
import { ticketOutcomes } from '../output/screen';

export function addLog({ program, run }: Registry): void {
  addCommand(program, {
    name: 'log',
    summary: 'what happened in a run: counts, and each ticket that was not simply delivered',
    examples: [
      ['log 812 --outcome REFUSED', 'the refused tickets of run 812 with code, field and reason'],
      ['log 812 --follow', 'its progress until it ends'],
    ],
  })
    .argument('<run>', 'number of a run, or its workflow id')
    .option('--outcome <outcome>', `only tickets of this outcome: ${ticketOutcomes.join(', ')}`)
    .option('--limit <n>', 'most tickets listed', '100')
    .option('--follow', 'show progress until the run has ended; 1 when it ends in ERROR')
    .action(async (text: string, options: LogOptions) => {
      const { showLog } = await import('../log.js');
      await run(options, (session) => showLog(session, text, options));
    });
}

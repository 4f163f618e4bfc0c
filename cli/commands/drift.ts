import { addCommand, type Registry } from '../command';
import type { DriftOptions } from '../drift';

export function addDrift({ program, run }: Registry): void {
  addCommand(program, {
    name: 'drift',
    summary: 'where do the two systems differ? Tickets whose status here and in the wallet do not correspond',
    examples: [
      ['drift --older-than 15m', 'those that a run should have mended by now, longest first; 1 when there is one'],
      ['drift --organization FCX --json', 'of one organization, as a document'],
    ],
  })
    .option('--older-than <duration>', 'only tickets that differ for so long, such as 15m, 2h, 1d')
    .option('--organization <code>', 'only tickets of this inventory organization')
    .option('--limit <n>', 'most tickets listed', '100')
    .action(async (options: DriftOptions) => {
      const { showDrift } = await import('../drift.js');
      await run(options, (session) => showDrift(session, options));
    });
}

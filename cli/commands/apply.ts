import type { ApplyOptions } from '../apply';
import { addCommand, type Registry, withRecord } from '../command';

export function addApply({ program, run }: Registry): void {
  const command = addCommand(program, {
    name: 'apply',
    summary: 'make the system what a configuration file says: interfaces, schedules; twice changes nothing',
    examples: [
      ['apply tixngo.yaml --dry-run', 'check the file and show what would change'],
      ['apply tixngo.yaml --prune', 'apply it, and archive what it lacks in the organizations that it names'],
    ],
  })
    .argument('<file>', 'YAML; docs/configuration.md has its fields and an example')
    .option('--dry-run', 'show what would change, change nothing')
    .option('--prune', 'archive interfaces and schedules that the file lacks, in the organizations that it names');
  withRecord(command).action(async (file: string, options: ApplyOptions) => {
    const { applyFile } = await import('../apply.js');
    await run(options, (session) => applyFile(session, file, options));
  });
}

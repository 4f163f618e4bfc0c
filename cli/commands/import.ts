import { addCommand, type Registry } from '../command';
import type { ImportOptions } from '../import';
import { importKinds } from '../../core/import/kinds';

export function addImport({ program, run }: Registry): void {
  addCommand(program, {
    name: 'import',
    summary:
      'import tickets, contacts or the catalogue from a CSV or NDJSON file; all or nothing, the same again changes nothing',
    examples: [
      ['import tickets season.csv', 'every bad row with its line and reason; one bad row keeps the whole file out'],
      ['import tickets season.csv --rejects bad.csv', 'the good rows; the bad ones with their reasons into a file'],
    ],
  })
    .argument('<kind>', importKinds.join(', '))
    .argument('<file>', 'CSV with a header, or NDJSON; docs/data-model.md names the columns')
    .option('--rejects <file>', 'import the good rows and write the bad ones here')
    .action(async (kind: string, file: string, options: ImportOptions) => {
      const { runImport } = await import('../import.js');
      await run(options, (session) => runImport(session, { kind, file, options }));
    });
}

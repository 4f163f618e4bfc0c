import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { PROJECT_ROOT } from '../project-root';

export interface ConfigurationChanges {
  /** Interface URL of the sandbox. */
  readonly url: string;
  /** Most tickets of one scheduled run. */
  readonly batchSize: number;
}

/** Writes the demo's configuration file with what is known only now; comments stay. */
export async function writeConfiguration(file: string, { url, batchSize }: ConfigurationChanges): Promise<void> {
  const document = parseDocument(await readFile(join(PROJECT_ROOT, 'local', 'demo', 'tixngo.yaml'), 'utf8'));
  for (const place of [0, 1]) document.setIn(['interfaces', place, 'url'], url);
  document.setIn(['schedules', 0, 'batchSize'], batchSize);
  await writeFile(file, document.toString());
}

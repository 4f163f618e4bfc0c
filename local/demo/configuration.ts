import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMap, isSeq, parseDocument, type Document } from 'yaml';
import { PROJECT_ROOT } from '../project-root';

export interface ConfigurationChanges {
  /** Interface URL of the sandbox. */
  readonly url: string;
  /** Most tickets of one scheduled run. */
  readonly batchSize: number;
}

/** Writes the demo's configuration file with what is known only now; comments stay. */
export async function writeConfiguration(file: string, changes: ConfigurationChanges): Promise<void> {
  await writeFile(file, (await readConfiguration(changes)).toString());
}

/** The same without the schedules of retrieve-status: nobody reads the account before the crowd acts. */
export async function writePushConfiguration(file: string, changes: ConfigurationChanges): Promise<void> {
  const document = await readConfiguration(changes);
  const schedules = document.get('schedules');
  if (!isSeq(schedules)) throw new Error('The demo has no schedules');
  schedules.items = schedules.items.filter((item) => !isMap(item) || item.get('function') !== 'retrieve-status');
  await writeFile(file, document.toString());
}

async function readConfiguration({ url, batchSize }: ConfigurationChanges): Promise<Document> {
  const document = parseDocument(await readFile(join(PROJECT_ROOT, 'local', 'demo', 'tixngo.yaml'), 'utf8'));
  for (const place of [0, 1]) document.setIn(['interfaces', place, 'url'], url);
  document.setIn(['schedules', 0, 'batchSize'], batchSize);
  return document;
}

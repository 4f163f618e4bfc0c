import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandLine } from './command-line';

export type FileForm = 'lines' | 'document';

export interface LongFile {
  readonly form: FileForm;
  readonly records: number;
  /** Place of the one record that is wrong, from 1. */
  readonly wrong: number;
}

/** Records that are written at once. */
const BATCH = 1_000;

/** Writes a file of records, 1 KB each, one of them wrong; its path. */
export function writeLongFile({ folder }: Pick<CommandLine, 'folder'>, { form, records, wrong }: LongFile): string {
  const path = join(folder, `long-${form}.json`);
  const file = openSync(path, 'w');
  const [start, between, end] = form === 'lines' ? ['', '\n', '\n'] : ['{"hasMore":false,"tickets":[', ',', ']}'];
  writeSync(file, start);
  for (let first = 1; first <= records; first += BATCH) {
    const length = Math.min(BATCH, records - first + 1);
    const texts = Array.from({ length }, (_, index) => toText(first + index, first + index === wrong));
    writeSync(file, `${first === 1 ? '' : between}${texts.join(between)}`);
  }
  writeSync(file, end);
  closeSync(file);
  return path;
}

function toText(changeNumber: number, isWrong: boolean): string {
  return JSON.stringify({
    changeNumber,
    changedAt: '2026-11-20T10:00:00Z',
    ticketId: String(changeNumber),
    status: isWrong ? 5 : 'DOWNLOADED',
    spectatorDetails: { firstName: 'Annabel', email: 'annabel@example.org' },
    ticketDetails: { extra: [{ key: 'k', value: 'x'.repeat(850) }] },
  });
}

export interface Refused {
  readonly code: number | null;
  readonly stderr: string;
  /** Most memory that the command ever had, in MB. */
  readonly peakMb: number;
}

/** `tixngo run SCHEDULE --file`, in a heap of so many MB: a command that keeps more than that ends by the heap's limit. */
export async function runFile(
  line: CommandLine,
  { schedule, file, heapMb }: { readonly schedule: string; readonly file: string; readonly heapMb: number },
): Promise<Refused> {
  const peak = join(line.folder, 'peak');
  const hook = line.write(
    'peak.js',
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(peak)}, String(process.resourceUsage().maxRSS)));`,
  );
  writeFileSync(peak, '0');
  const options = { NODE_OPTIONS: `--max-old-space-size=${String(heapMb)} --require=${hook}` };
  const { code, stderr } = await line.runWith(options, 'run', schedule, '--file', file);
  return { code, stderr, peakMb: Number(readFileSync(peak, 'utf8')) / 1_024 };
}

/** Everything that a run of a file leaves: all empty where none was started and nothing was kept. */
export async function readTraces(line: CommandLine): Promise<unknown> {
  const { rows } = await line.pool.query(`
    select (select count(*)::integer from operator_action where action <> 'apply') as actions, (select count(*)::integer from upload) as uploads,
      (select count(*)::integer from upload_record) as records, (select count(*)::integer from execution) as runs,
      (select count(*)::integer from mobile_ticket) as tickets, (select count(*)::integer from put_aside) as "putAside"`);
  return rows[0];
}

export const noTraces = { actions: 0, uploads: 0, records: 0, runs: 0, tickets: 0, putAside: 0 };

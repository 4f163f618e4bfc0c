import { open, type FileHandle } from 'node:fs/promises';
import type { RejectedRow } from '../../db/import/import-rows';
import type { FileRecord } from './records';

const FLUSH_BYTES = 256 * 1024;

/**
 * Writes the rejected rows as CSV: line, reason, and the row as it stood in the file, byte by byte. The file holds personal data like the
 * one that it comes from, so only its owner may read it. Both lists are in the order of lines and are read side by side.
 */
export async function writeRejectsFile(
  file: string,
  lines: AsyncIterable<RejectedRow>,
  records: AsyncIterable<readonly FileRecord[]>,
): Promise<void> {
  const output = await open(file, 'w', 0o600);
  try {
    await output.chmod(0o600);
    await writeRows(output, lines, flatten(records));
  } finally {
    await output.close();
  }
}

async function writeRows(
  output: FileHandle,
  lines: AsyncIterable<RejectedRow>,
  records: AsyncGenerator<FileRecord, undefined>,
): Promise<void> {
  let waiting: Buffer[] = [Buffer.from('line,reason,row\n')];
  let size = 0;
  for await (const rejected of lines) {
    const record = await findRecord(records, rejected.line);
    const row = toCsvRow(rejected, record);
    waiting.push(row);
    size += row.length;
    if (size < FLUSH_BYTES) continue;
    await output.appendFile(Buffer.concat(waiting));
    [waiting, size] = [[], 0];
  }
  await output.appendFile(Buffer.concat(waiting));
}

async function findRecord(records: AsyncGenerator<FileRecord, undefined>, line: number): Promise<FileRecord> {
  for (;;) {
    const { value, done } = await records.next();
    if (done === true)
      throw new Error(`The file changed while it was imported: it has no line ${String(line)} any more`);
    if (value.line === line) return value;
  }
}

async function* flatten(batches: AsyncIterable<readonly FileRecord[]>): AsyncGenerator<FileRecord, undefined> {
  for await (const batch of batches) yield* batch;
  return undefined;
}

function toCsvRow(rejected: RejectedRow, record: FileRecord): Buffer {
  // Latin-1 maps each byte to one character and back: quotes are doubled without touching bytes that are not UTF-8.
  const row = Buffer.from(record.bytes.toString('latin1').replaceAll('"', '""'), 'latin1');
  return Buffer.concat([
    Buffer.from(`${String(rejected.line)},"${rejected.reason.replaceAll('"', '""')}","`),
    row,
    Buffer.from('"\n'),
  ]);
}

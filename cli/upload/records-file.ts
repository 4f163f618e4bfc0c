import { createReadStream } from 'node:fs';
import { isWalletRecord, parsePageRecord, parseRecord } from '../../core/messages/parse-wallet-record';
import { CommandFailure, wrongUsage } from '../failure';
import { explainFileError } from '../file-error';
import { ALLOWED_FORMS, LONGEST_RECORD, refuse, type FoundRecord } from './found-record';
import { readDocument, type DocumentForm } from './read-document';
import { readLines } from './read-lines';

const CHUNK_BYTES = 256 * 1024;
/** As long as a byte-order mark. */
const BLANKS = Buffer.from('   ');

/**
 * The records of a file, each as JSON text, checked: NDJSON, a JSON array, or `{ "tickets": [...] }` as TIXNGO answers (domain.md 8.2). Throws
 * at the first one that has not the form of a record. One with an unknown ticket or status has it: the run puts it aside.
 */
export async function* readRecordsFile(file: string): AsyncGenerator<readonly string[]> {
  const form = await findForm(file);
  const chunks = readChunks(file);
  for await (const records of form === 'lines' ? readLines(chunks, file) : readDocument(chunks, form, file)) {
    if (records.length > 0) yield records.map((found) => toText(file, found));
  }
}

function toText(file: string, found: FoundRecord): string {
  const { value, text } = found;
  const record = text === undefined ? parsePageRecord(value) : parseRecord(value, text);
  if (!isWalletRecord(record) && record.reason === 'INVALID') throw refuse(file, found, record.problem);
  return text ?? JSON.stringify(value);
}

/** By its start: a line that is a whole record is the first of many; else it is one document. */
async function findForm(file: string): Promise<DocumentForm | 'lines'> {
  const bytes = await readStart(file);
  if (isUtf16(bytes)) {
    throw new CommandFailure(1, `The file ${file} is no UTF-8, but UTF-16: save it as UTF-8. Nothing was changed`);
  }
  const start = bytes.toString('utf8');
  if (start.trim() === '') throw new CommandFailure(1, `The file ${file} is empty: nothing was changed`);
  if (/^\s*\[/.test(start)) return 'array';
  if (!/^\s*\{/.test(start)) {
    throw new CommandFailure(1, `The file ${file} holds no records: nothing was changed. Allowed: ${ALLOWED_FORMS}`);
  }
  const [line = ''] = start.trimStart().split('\n');
  return isRecord(line) ? 'lines' : 'object';
}

function isRecord(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !('tickets' in value);
  } catch {
    // No whole document: it goes on in the next line, or is told as no JSON when it is read.
    return false;
  }
}

/** As much of the file as the longest line may have. */
async function readStart(file: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of readChunks(file)) {
    parts.push(chunk);
    length += chunk.length;
    if (
      length > LONGEST_RECORD + CHUNK_BYTES ||
      (chunk.includes(0x0a) && Buffer.concat(parts).toString('utf8').trim() !== '')
    )
      break;
  }
  return Buffer.concat(parts);
}

/** By its byte-order mark, or by the NUL that each character of JSON's own has there. */
function isUtf16(start: Buffer): boolean {
  const mark = start.subarray(0, 2).toString('hex');
  return mark === 'fffe' || mark === 'feff' || start.subarray(0, 4).includes(0);
}

/** A byte-order mark, which no parser of JSON takes, becomes blanks: positions stay those of the file. */
async function* readChunks(file: string): AsyncGenerator<Buffer> {
  const stream: AsyncIterable<Buffer> = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  let first = true;
  try {
    for await (const chunk of stream) {
      const marked = first && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf;
      first = false;
      yield marked ? Buffer.concat([BLANKS, chunk.subarray(BLANKS.length)]) : chunk;
    }
  } catch (error) {
    const why = explainFileError(error);
    if (why === undefined) throw error;
    throw wrongUsage(`The file ${file} cannot be read: ${why}`);
  }
}

import { isUtf8 } from 'node:buffer';
import type { Problem } from '../../core/import/columns';

/** One record of a file as it stands there: a line, or several where a CSV value holds line breaks. */
export interface FileRecord {
  /** Number of its first line, from 1. */
  readonly line: number;
  /** Its bytes without the line end. */
  readonly bytes: Buffer;
}

// A record is one ticket, contact or product; longer than this it is a quote that was never closed.
const LONGEST_RECORD = 1024 * 1024;
const [LF, CR, QUOTE] = [0x0a, 0x0d, 0x22];
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Cuts a file into records without decoding it, so that a wrong byte is one bad record and not a bad file. LF and CRLF end a line, a
 * byte-order mark is dropped, blank lines are left out. Of a record longer than `longestRecord` (1 MiB) not all may be given out. With `quotes`, a line break between double quotes belongs to the record (RFC 4180).
 */
export async function* splitRecords(
  chunks: AsyncIterable<Buffer>,
  options: { readonly quotes: boolean; readonly longestRecord?: number },
): AsyncGenerator<readonly FileRecord[]> {
  const { longestRecord = LONGEST_RECORD } = options;
  let [line, start, skipping] = [1, true, false];
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (start && rest.length < BOM.length) continue;
    if (start && rest.subarray(0, BOM.length).equals(BOM)) rest = rest.subarray(BOM.length);
    start = false;
    if (skipping) {
      const end = rest.indexOf(LF);
      rest = end === -1 ? Buffer.alloc(0) : rest.subarray(end + 1);
      skipping = end === -1;
      if (!skipping) line++;
    }
    const cut = cutRecords(rest, line, options.quotes);
    ({ line, rest } = cut);
    if (rest.length > 2 * longestRecord) {
      // No line end in sight: given out as far as it was read, so that memory stays flat; findBadBytes refuses it.
      cut.records.push({ line, bytes: rest });
      line += countLineEnds(rest);
      rest = Buffer.alloc(0);
      skipping = true;
    }
    if (cut.records.length > 0) yield cut.records;
  }
  if (start && rest.equals(BOM)) return;
  const last = toRecord(rest, line);
  if (last !== undefined) yield [last];
}

/** Why the text of a record cannot be read, or undefined. Postgres takes UTF-8 only, and no NUL in it. */
export function findBadBytes(record: FileRecord): Problem | undefined {
  if (record.bytes.length > LONGEST_RECORD)
    return { reason: 'the line is longer than 1 MiB: probably it has a double quote that is never closed' };
  return findBadText(record);
}

/** The same of a record of any length. */
export function findBadText({ bytes }: FileRecord): Problem | undefined {
  const nul = bytes.indexOf(0);
  if (nul !== -1)
    return { reason: `the line holds a NUL at byte ${String(nul + 1)}: save the file as UTF-8 text, not as UTF-16` };
  if (isUtf8(bytes)) return undefined;
  return {
    reason: `the line is not UTF-8 (from byte ${String(countUtf8(bytes) + 1)} on): save the file as UTF-8, not as Latin-1 or UTF-16`,
  };
}

interface Cut {
  readonly records: FileRecord[];
  readonly rest: Buffer;
  readonly line: number;
}

function cutRecords(bytes: Buffer, firstLine: number, quotes: boolean): Cut {
  const records: FileRecord[] = [];
  let [line, recordLine, from, open] = [firstLine, firstLine, 0, false];
  let quote = quotes ? bytes.indexOf(QUOTE) : -1;
  for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF, end + 1)) {
    line++;
    for (; quote !== -1 && quote < end; quote = bytes.indexOf(QUOTE, quote + 1)) open = !open;
    // A record that is far too long is given out as it is: findBadBytes refuses it, and the lines after it are read again.
    if (open && end - from <= LONGEST_RECORD) continue;
    const record = toRecord(bytes.subarray(from, end), recordLine);
    if (record !== undefined) records.push(record);
    [from, open, recordLine] = [end + 1, false, line];
  }
  return { records, rest: bytes.subarray(from), line: recordLine };
}

function countLineEnds(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) count++;
  return count;
}

function toRecord(bytes: Buffer, line: number): FileRecord | undefined {
  const text = bytes.at(-1) === CR ? bytes.subarray(0, -1) : bytes;
  return text.every((byte) => byte === 0x20 || byte === 0x09) ? undefined : { line, bytes: text };
}

/** How many bytes from the start are UTF-8, of some that are not. */
export function countUtf8(bytes: Buffer): number {
  let [good, bad] = [0, bytes.length];
  // A prefix that is cut inside a character is not UTF-8 either: look at the up to three bytes before it too.
  const isGood = (length: number) =>
    [0, 1, 2, 3].some((less) => length >= less && isUtf8(bytes.subarray(0, length - less)));
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isGood(middle)) good = middle;
    else bad = middle;
  }
  while (!isUtf8(bytes.subarray(0, good))) good--;
  return good;
}

import { isUtf8 } from 'node:buffer';
import { JSONParser } from '@streamparser/json';
import { countUtf8 } from '../import/records';
import { ALLOWED_FORMS, LONGEST_RECORD, refuse, tooLong, type FoundRecord } from './found-record';

/** `[...]`, or an object whose `tickets` are the records, as TIXNGO answers. */
export type DocumentForm = 'array' | 'object';

/**
 * The records of one JSON document, a chunk's at a time, whatever its length: only the record that is being read is in memory. What is no
 * JSON is refused with the number of the record that it stands in or behind, after the records before it were given out.
 */
export async function* readDocument(
  chunks: AsyncIterable<Buffer>,
  form: DocumentForm,
  file: string,
): AsyncGenerator<readonly FoundRecord[]> {
  const parser = new JSONParser({ paths: [form === 'array' ? '$.*' : '$.tickets.*'], keepStack: false });
  let found: FoundRecord[] = [];
  let [position, bytes, foundAt, mistake]: [number, number, number, string | undefined] = [0, 0, 0, undefined];
  parser.onValue = ({ value, key }) => {
    if (typeof key === 'number') found.push({ position: ++position, value });
    // Under a name: `tickets` is an object.
    else mistake ??= NO_LIST;
  };
  parser.onError = (error) => {
    mistake ??= describeMistake(error);
  };
  const take = (): readonly FoundRecord[] => {
    const taken = found;
    found = [];
    if (taken.length > 0) foundAt = bytes;
    return taken;
  };
  const requireGood = (): void => {
    if (mistake === undefined && bytes - foundAt > LONGEST_RECORD) mistake = tooLong;
    if (mistake !== undefined) throw refuse(file, { position: position + 1 }, mistake);
  };
  // Until the first record: what has none is looked at as a whole.
  const start: Buffer[] = [];
  for await (const { text, isBad } of splitText(chunks)) {
    parser.write(text);
    bytes += text.length;
    if (isBad)
      mistake ??= `it is not UTF-8 from byte ${String(bytes + 1)} on: save the file as UTF-8, not as Latin-1 or UTF-16`;
    if (position === 0) start.push(text);
    yield take();
    requireGood();
  }
  // What is behind the document is a mistake that the parser told already.
  if (!parser.isEnded) parser.end();
  yield take();
  requireGood();
  if (position > 0 || form === 'array') return;
  const missing = findMissing(Buffer.concat(start));
  if (missing !== undefined) throw refuse(file, { position: 1 }, missing);
}

const NO_LIST = `tickets is no list. Allowed: ${ALLOWED_FORMS}`;
const NO_TICKETS = `it goes over several lines, and has no tickets. Allowed: ${ALLOWED_FORMS}`;

/** What a document without a record lacks; of one that the parser took to its end. */
function findMissing(document: Buffer): string | undefined {
  const value: unknown = JSON.parse(document.toString('utf8'));
  if (typeof value !== 'object' || value === null || !('tickets' in value)) return NO_TICKETS;
  return Array.isArray(value.tickets) ? undefined : NO_LIST;
}

/** Chunks that end with a whole character. `isBad`: behind this text comes what is not UTF-8, and nothing more is given out. */
async function* splitText(
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<{ readonly text: Buffer; readonly isBad: boolean }> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const whole = bytes.length - countCut(bytes);
    const isBad = !isUtf8(bytes.subarray(0, whole));
    const good = isBad ? countUtf8(bytes.subarray(0, whole)) : whole;
    yield { text: bytes.subarray(0, good), isBad };
    if (isBad) return;
    rest = bytes.subarray(good);
  }
  if (rest.length > 0) yield { text: Buffer.alloc(0), isBad: true };
}

/** Bytes at the end that begin a character whose rest is not there. */
function countCut(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    // One of the middle or end of a character: its first byte stands before.
    if (byte >= 0x80 && byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

/** The parser's own words may quote the text, which holds personal data: of them the place is taken. */
function describeMistake({ message }: Error): string {
  const byte = /absolute position "(\d+)"/.exec(message)?.[1];
  if (byte !== undefined) return `it is no JSON from byte ${String(Number(byte) + 1)} on`;
  return message.includes('ended in') ? 'the file ends within it, or before its list is closed' : 'it is no JSON';
}

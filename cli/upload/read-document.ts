import { TextDecoder } from 'node:util';
import { JSONParser } from '@streamparser/json';
import { refuse, type FoundRecord } from './found-record';

// A record has one or two thousand bytes: what is so long has a quote or bracket that is never closed.
const LONGEST_RECORD = 4 * 1024 * 1024;

/** `[...]`, or an object whose `tickets` are the records, as TIXNGO answers. */
export type DocumentForm = 'array' | 'object';

/**
 * The records of one JSON document, a chunk's at a time, whatever its length: only the record that is being read is in memory. What is no
 * JSON is refused with the number of the record that it stands in or behind.
 */
export async function* readDocument(
  chunks: AsyncIterable<Buffer>,
  form: DocumentForm,
): AsyncGenerator<readonly FoundRecord[]> {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  const parser = new JSONParser({ paths: [form === 'array' ? '$.*' : '$.tickets.*'], keepStack: false });
  let [found, position, bytes, foundAt, mistake]: [FoundRecord[], number, number, number, string | undefined] = [
    [],
    0,
    0,
    0,
    undefined,
  ];
  parser.onValue = ({ value, key }) => {
    if (typeof key === 'number') found.push({ position: ++position, value });
    // Under a name: `tickets` is an object.
    else mistake ??= 'tickets is no list';
  };
  parser.onError = (error) => {
    mistake ??= describeMistake(error);
  };
  const take = (work: () => void, length: number): readonly FoundRecord[] => {
    work();
    if (mistake !== undefined) throw refuse({ position: position + 1 }, mistake);
    bytes += length;
    if (found.length > 0) foundAt = bytes;
    if (bytes - foundAt > LONGEST_RECORD) throw refuse({ position: position + 1 }, 'it is longer than 4 MiB');
    const taken = found;
    found = [];
    return taken;
  };
  for await (const chunk of chunks) {
    yield take(() => {
      if (!isText(utf8, chunk)) mistake = 'it is not UTF-8';
      else parser.write(chunk);
    }, chunk.length);
  }
  // What is behind the document is a mistake that the parser told already.
  yield take(() => {
    if (!parser.isEnded) parser.end();
  }, 0);
}

function isText(utf8: TextDecoder, chunk: Buffer): boolean {
  try {
    utf8.decode(chunk, { stream: true });
    return true;
  } catch {
    // The decoder tells nothing but that.
    return false;
  }
}

/** The parser's own words may quote the text, which holds personal data: of them the place is taken. */
function describeMistake({ message }: Error): string {
  const byte = /absolute position "(\d+)"/.exec(message)?.[1];
  if (byte !== undefined) return `it is no JSON from byte ${String(Number(byte) + 1)} on`;
  return message.includes('ended in') ? 'the file ends within it, or before its list is closed' : 'it is no JSON';
}

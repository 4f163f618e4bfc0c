import { findBadBytes, splitRecords, type FileRecord } from '../import/records';
import { refuse, type FoundRecord } from './found-record';

/** The records of a file with one in each line (NDJSON), those of a chunk at a time. */
export async function* readLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly FoundRecord[]> {
  let position = 0;
  for await (const lines of splitRecords(chunks, { quotes: false })) {
    yield lines.map((line) => toRecord(line, ++position));
  }
}

function toRecord(record: FileRecord, position: number): FoundRecord {
  const at = { position, line: record.line };
  const bad = findBadBytes(record);
  if (bad !== undefined) throw refuse(at, bad.reason);
  const text = record.bytes.toString('utf8');
  const value = parseJson(text);
  if (value === undefined) throw refuse(at, 'the line is no JSON');
  return { ...at, value, text };
}

/** Undefined, which no JSON is, for what is none. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's words quote the text, which holds personal data.
    return undefined;
  }
}

import { findBadText, splitRecords, type FileRecord } from '../import/records';
import { LONGEST_RECORD, refuse, tooLong, type FoundRecord } from './found-record';

/** The records of a file with one in each line (NDJSON), those of a chunk at a time; before a line is refused, the records before it are given out. */
export async function* readLines(chunks: AsyncIterable<Buffer>, file: string): AsyncGenerator<readonly FoundRecord[]> {
  let position = 0;
  for await (const lines of splitRecords(chunks, { quotes: false, longestRecord: LONGEST_RECORD })) {
    const found: FoundRecord[] = [];
    for (const line of lines) {
      position++;
      const record = toRecord(line, position);
      if ('problem' in record) {
        yield found;
        throw refuse(file, { position, line: line.line }, record.problem);
      }
      found.push(record);
    }
    yield found;
  }
}

function toRecord(record: FileRecord, position: number): FoundRecord | { readonly problem: string } {
  if (record.bytes.length > LONGEST_RECORD) return { problem: tooLong };
  const bad = findBadText(record);
  if (bad !== undefined) return { problem: bad.reason };
  const text = record.bytes.toString('utf8');
  const value = parseJson(text);
  return value === undefined ? { problem: 'the line is no JSON' } : { position, line: record.line, value, text };
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

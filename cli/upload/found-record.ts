import { CommandFailure } from '../failure';

/** A record as it was found in a file. */
export interface FoundRecord {
  /** Among the records of the file, from 1. */
  readonly position: number;
  /** Of a file with one record in each line. */
  readonly line?: number;
  readonly value: unknown;
  /** Its text; missing where only the value was kept. */
  readonly text?: string;
}

/** A record has one or two thousand bytes: what is so long has a quote or bracket that is never closed. */
export const LONGEST_RECORD = 4 * 1024 * 1024;
export const tooLong = 'it is longer than 4 MiB';

/** The forms that a file of records has. */
export const ALLOWED_FORMS = 'one record in each line, a JSON array of records, or { "tickets": [...] }';

/** A file is taken whole or not at all: where it is wrong, and what is wrong there, without a value of it. */
export function refuse(file: string, at: Pick<FoundRecord, 'position' | 'line'>, problem: string): CommandFailure {
  const line = at.line === undefined ? '' : ` (line ${String(at.line)})`;
  const message = `The file ${file} cannot be replayed; nothing of it was kept and no run was started.`;
  return new CommandFailure(1, message, { problems: [`record ${String(at.position)}${line}: ${problem}`] });
}

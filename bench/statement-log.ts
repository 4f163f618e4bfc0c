import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

/** What Postgres writes before each line; its settings belong to `listStatements`. The values of parameters are not written. */
export const statementLogSettings = {
  server: ["log_line_prefix = '%d %p '", 'log_parameter_max_length = 0'],
  database: ["log_statement = 'all'"],
} as const;

/** The worker's sign of life, once a second whatever it does: no part of what is measured. */
const signOfLife = 'update worker set seen_at = now()';

/** A statement, and the process id of the session that it came from: transactions of several sessions go on side by side. */
export interface LoggedStatement {
  readonly session: string;
  readonly text: string;
}

/** Every statement that a database got, in order, each in one line; begin and commit are statements too. */
export function listStatements(log: string, database: string): readonly LoggedStatement[] {
  // A line that goes on the one before begins with a tab.
  const entries = log.replace(/\n\t/g, ' ').split('\n');
  return entries.flatMap((entry) => {
    const [, from, session = '', statement = ''] =
      /^(\S+) (\d+) LOG: {2}(?:statement|execute [^:]+): (.*)$/.exec(entry) ?? [];
    const text = statement.replace(/\s+/g, ' ').trim();
    return from === database && !text.startsWith(signOfLife) ? [{ session, text }] : [];
  });
}

/** Marks the end of a file; the function that it gives reads what was added since. */
export function markEnd(file: string): () => string {
  const from = statSync(file).size;
  return () => {
    const open = openSync(file, 'r');
    try {
      const added = Buffer.alloc(fstatSync(open).size - from);
      readSync(open, added, 0, added.length, from);
      return added.toString('utf8');
    } finally {
      closeSync(open);
    }
  };
}

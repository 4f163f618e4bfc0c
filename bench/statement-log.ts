import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

/** What Postgres writes before each line; its settings belong to `listStatements`. The values of parameters are not written. */
export const statementLogSettings = {
  server: ["log_line_prefix = '%d '", 'log_parameter_max_length = 0'],
  database: ["log_statement = 'all'"],
} as const;

/** The worker's sign of life, once a second whatever it does: no part of what is measured. */
const signOfLife = 'update worker set seen_at = now()';

/** Every statement that a database got, in order, each in one line; begin and commit are statements too. */
export function listStatements(log: string, database: string): readonly string[] {
  // A line that goes on the one before begins with a tab.
  const entries = log.replace(/\n\t/g, ' ').split('\n');
  return entries.flatMap((entry) => {
    const found = /^(\S+) LOG: {2}(?:statement|execute [^:]+): (.*)$/.exec(entry);
    const statement = (found?.[2] ?? '').replace(/\s+/g, ' ').trim();
    return found?.[1] === database && !statement.startsWith(signOfLife) ? [statement] : [];
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

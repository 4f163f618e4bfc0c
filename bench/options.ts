import { parseArgs } from 'node:util';
import { rows, type Row } from './rows';

export interface BenchOptions {
  readonly rows: readonly Row[];
  readonly jsonFile?: string;
  readonly evenIfBusy: boolean;
  readonly help: boolean;
}

/** The command line cannot be understood: exit 2. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

export const usage = `Usage: npm run bench -- [options]

Measures the push engine against a plain loop that does the same with nothing durable (docs/performance.md).

  --quick          20,000 tickets only, under 3 minutes
  --only ROW       one row of the table; repeatable: ${rows.map(({ name }) => name).join(', ')}
  --json FILE      write every run to FILE
  --even-if-busy   take runs that another load disturbed; for trials, the table says so

Exit 0: every must is reached. 1: one is missed, a run was wrong, or the machine is busy. 2: wrong usage.`;

/** Throws WrongUsage. */
export function parseOptions(argv: readonly string[]): BenchOptions {
  const values = readFlags(argv);
  const only = values.only ?? [];
  const unknown = only.filter((name) => !rows.some((row) => row.name === name));
  if (unknown.length > 0) {
    throw new WrongUsage(
      `There is no row ${unknown.join(', ')}. The rows are: ${rows.map(({ name }) => name).join(', ')}`,
    );
  }
  return {
    rows: rows.filter((row) => (only.length > 0 ? only.includes(row.name) : row.quick || !values.quick)),
    ...(values.json === undefined ? {} : { jsonFile: values.json }),
    evenIfBusy: values['even-if-busy'],
    help: values.help,
  };
}

function readFlags(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true },
        json: { type: 'string' },
        'even-if-busy': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    // By shape, not by class: an error that Node made itself belongs to another realm in tests.
    const isWords = typeof error === 'object' && error !== null && 'message' in error;
    throw new WrongUsage(isWords ? String(error.message) : 'The options cannot be read');
  }
}

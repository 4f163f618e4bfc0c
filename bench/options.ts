import { parseArgs } from 'node:util';
import { rows, type Row } from './rows';

export interface BenchOptions {
  readonly rows: readonly Row[];
  readonly turns: number;
  readonly jsonFile?: string;
  readonly pictures: boolean;
  readonly evenIfBusy: boolean;
  readonly help: boolean;
}

/** The command line cannot be understood: exit 2. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

const defaultTurns = 3;
const mostTurns = 9;

export const usage = `Usage: npm run bench -- [options]

Measures pushes and the read-back against plain loops that do the same with nothing durable (docs/performance.md).

  --quick          20,000 tickets only, under 3 minutes
  --million        the rows of 1,000,000 tickets too; half an hour
  --only ROW       one row of the table; repeatable: ${rows.map(({ name }) => name).join(', ')}
  --turns N        runs of each contender, 1 to ${String(mostTurns)} (default ${String(defaultTurns)})
  --json FILE      write every run to FILE
  --pictures       draw docs/pictures/push-crash.svg and push-cost.svg from what was measured
  --even-if-busy   take runs that another load disturbed; for trials, the table says so and the exit is 1

Exit 0: every must is reached. 1: one is missed, a run was wrong or disturbed, or the machine is busy or too small. 2: wrong usage.`;

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
  const sizes: readonly Row['size'][] = [
    'quick',
    ...(values.quick ? [] : ['full' as const]),
    ...(values.million ? ['million' as const] : []),
  ];
  return {
    rows: rows.filter(({ name, size }) => (only.length > 0 ? only.includes(name) : sizes.includes(size))),
    turns: toTurns(values.turns),
    ...(values.json === undefined ? {} : { jsonFile: values.json }),
    pictures: values.pictures,
    evenIfBusy: values['even-if-busy'],
    help: values.help,
  };
}

function toTurns(text: string | undefined): number {
  if (text === undefined) return defaultTurns;
  const turns = /^\d+$/.test(text) ? Number(text) : 0;
  if (turns >= 1 && turns <= mostTurns) return turns;
  throw new WrongUsage(`--turns ${text}: expected a whole number from 1 to ${String(mostTurns)}`);
}

function readFlags(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        quick: { type: 'boolean', default: false },
        million: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true },
        turns: { type: 'string' },
        json: { type: 'string' },
        pictures: { type: 'boolean', default: false },
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

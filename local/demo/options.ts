import { parseArgs } from 'node:util';
import { MOST_TICKETS } from '../season';

export interface DemoOptions {
  /** Tickets of the season; most of them wait for injection. */
  readonly tickets: number;
  /** The same seed gives the same season. */
  readonly seed: number;
}

/** Below it there would be nothing left for the manual start. */
const FEWEST_TICKETS = 20;

export const usage = `Usage: npm run demo -- [options]
  --tickets N   tickets of the season, ${String(FEWEST_TICKETS)} to ${String(MOST_TICKETS)} (default 2000)
  --seed N      another season: other people, prices, seats (default 2024)
  --help        this text

On a terminal the demo stays up until Ctrl-C; elsewhere it ends. Exit 0 when the check at its end holds, 1 when it does not.`;

/** Reads the command line; undefined when help was asked for. Throws an Error that says what is wrong with it. */
export function parseDemoOptions(args: readonly string[]): DemoOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      tickets: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '2024' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const tickets = toNumber('tickets', values.tickets);
  if (tickets < FEWEST_TICKETS || tickets > MOST_TICKETS) {
    throw new Error(`--tickets ${values.tickets}: allowed is ${String(FEWEST_TICKETS)} to ${String(MOST_TICKETS)}`);
  }
  return { tickets, seed: toNumber('seed', values.seed) };
}

function toNumber(flag: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`--${flag} ${text}: a whole number is expected`);
}

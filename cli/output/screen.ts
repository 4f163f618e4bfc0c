import { styleText } from 'node:util';

/** Where a command speaks: results on standard output, everything else on standard error. */
export interface Screen {
  /** Standard output is a terminal that a person looks at, and no document was asked for. */
  readonly isTerminal: boolean;
  /** One document on standard output was asked for (`--json`). */
  readonly json: boolean;
  print(text: string): void;
  /** A remark: to standard error. */
  talk(text: string): void;
  /** A word in a colour, on a terminal that shows colours and wishes them (NO_COLOR). */
  paint(color: 'red' | 'green' | 'yellow' | 'bold' | 'dim', text: string): string;
}

export function openScreen(json: boolean): Screen {
  return {
    isTerminal: process.stdout.isTTY && !json,
    json,
    print: (text) => void process.stdout.write(`${text}\n`),
    talk: (text) => void process.stderr.write(`${text}\n`),
    paint: (color, text) => styleText(color, text, { stream: process.stdout }),
  };
}

/** What may have become of a ticket in a run (domain.md 6). */
export const ticketOutcomes: readonly string[] = [
  'DELIVERED',
  'SKIPPED',
  'REFUSED',
  'SIMULATED',
  'UNKNOWN',
  'NOT_TRIED',
];

/** An outcome in the colour that it has in every list. */
export function paintOutcome(screen: Screen, outcome: string): string {
  if (outcome === 'ERROR' || outcome === 'REFUSED' || outcome === 'UNKNOWN') return screen.paint('red', outcome);
  if (outcome === 'OK' || outcome === 'DELIVERED') return screen.paint('green', outcome);
  return outcome === 'WARNING' || outcome === 'NOT_TRIED' ? screen.paint('yellow', outcome) : outcome;
}

import { appendFileSync } from 'node:fs';
import { basename } from 'node:path';

/** A number with its unit in the name ("done after s"), or a short word. */
export type Figures = Readonly<Record<string, string | number>>;

/** Puts a row into the table that `npm run test:faults` prints: the fault of reliability.md, what was done, what was counted. */
export function tell(fault: string, what: string, figures: Figures): void {
  const table = process.env.FAULTS_TABLE;
  if (table === undefined) return;
  // main.js looks that every file told something.
  const file = basename(expect.getState().testPath ?? '');
  appendFileSync(table, `${JSON.stringify({ file, fault, what, figures })}\n`);
}

import { appendFileSync } from 'node:fs';

/** A number with its unit in the name ("done after s"), or a short word. */
export type Figures = Readonly<Record<string, string | number>>;

/** Puts a row into the table that `npm run test:faults` prints: the fault of reliability.md, what was done, what was counted. */
export function tell(fault: string, what: string, figures: Figures): void {
  const file = process.env.FAULTS_TABLE;
  if (file === undefined) return;
  appendFileSync(file, `${JSON.stringify({ fault, what, figures })}\n`);
}

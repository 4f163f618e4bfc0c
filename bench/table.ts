import { ticketsPerSecond, type Figure } from './figures';
import { median } from './median';
import { mostOthersShare, type ByProcess, type Crash, type RaceResult, type Run } from './race';
import { mustOf, reaches, type Row } from './rows';

/** A row with what was measured. */
export interface MeasuredRow {
  readonly row: Row;
  readonly figure: Figure;
}

/** The table that `npm run bench` is for, with what a machine of so many cores must reach. */
export function toRowLines(measured: readonly MeasuredRow[], cores: number): readonly string[] {
  return alignColumns([
    ['row', 'measure', 'must', 'aim', 'measured', 'spread', ''],
    ...measured.map(({ row, figure }) => [
      row.name,
      row.measure,
      toLimit(row, mustOf(row, cores)),
      toLimit(row, row.aim),
      toJudged(row, { figure, cores }),
      figure.spread.map(toText).join(' to '),
      toVerdict(row, { figure, cores }),
    ]),
  ]);
}

/** What each contender did and took: medians, and per process; of a crash its times and counts, of a tick what it asked. */
export function toRaceLines(name: string, result: RaceResult): readonly string[] {
  const entries = [...result];
  const metered = entries.filter(([, runs]) => runs.every(({ usage }) => usage !== undefined));
  const usageLines = metered.map(([entry, runs]) => [
    entry,
    toText(median(runs.map(ticketsPerSecond))),
    median(runs.map((run) => run.seconds)).toFixed(2),
    ...processes.map((process) => toText(median(runs.map((run) => run.usage?.cpuSeconds[process] ?? 0)))),
    ...processes.map((process) => toText(median(runs.map((run) => run.usage?.peakMb[process] ?? 0)))),
  ]);
  const heads = [
    name,
    'tickets/s',
    's',
    ...processes.map((process) => `CPU s ${process}`),
    ...processes.map((process) => `MB ${process}`),
  ];
  const others = entries.flatMap(([, runs]) => runs).flatMap(toStoryLines);
  return [...(usageLines.length === 0 ? [name] : alignColumns([heads, ...usageLines])), ...others];
}

const processes = ['sender', 'postgres', 'temporal', 'sandbox'] as const satisfies readonly (keyof ByProcess)[];

function toStoryLines({ crash, statements, history }: Run): readonly string[] {
  if (crash !== undefined) return [toCrashLine(crash)];
  if (statements === undefined) return [];
  const events = history === undefined ? '' : `, ${String(history.events)} history events`;
  return [
    `  ${String(statements.length)} statements${events}`,
    ...statements.map((statement) => `    ${statement.slice(0, 100)}`),
  ];
}

function toCrashLine({ killedAt, readyAt, doneAt, lost, doubled, sentTwice }: Crash): string {
  const [killed, ready, done] = [killedAt, readyAt, doneAt].map((seconds) => seconds.toFixed(1));
  const times = `killed at ${killed ?? ''} s, worker ready at ${ready ?? ''} s, done at ${done ?? ''} s`;
  return `  ${times}; ${String(lost)} lost, ${String(doubled)} doubled, ${String(sentTwice)} sent twice`;
}

/** Exit 0 or 1. A figure that a disturbance makes void is no figure, however good it looks. */
export function passes(
  measured: readonly MeasuredRow[],
  { cores, disturbance }: { readonly cores: number; readonly disturbance: string | undefined },
): boolean {
  return disturbance === undefined && measured.every(({ row, figure }) => reaches(row, figure, mustOf(row, cores)));
}

/** Said above figures that were taken all the same. */
export function toDisturbanceLine(runs: readonly Run[]): string | undefined {
  const disturbed = runs.filter(({ othersShare }) => othersShare > mostOthersShare);
  if (disturbed.length === 0) return undefined;
  const worst = Math.max(...disturbed.map(({ othersShare }) => othersShare)) * 100;
  return `NOT VALID: another load disturbed ${String(disturbed.length)} of ${String(runs.length)} runs (up to ${worst.toFixed(0)} % of the CPU)`;
}

function toVerdict(row: Row, { figure, cores }: { readonly figure: Figure; readonly cores: number }): string {
  if (!reaches(row, figure, mustOf(row, cores))) return 'MUST MISSED';
  if (!reaches(row, figure, row.aim)) return 'below the aim';
  return row.must === undefined ? '' : 'reached';
}

function toLimit(row: Row, limit: number | undefined): string {
  if (limit === undefined) return '-';
  return `${row.better === 'higher' ? '>=' : '<='} ${toText(limit)}`;
}

/** The figure with as many more places as it takes to see that it misses what it misses: 0.7496 for one of at least 0.75. */
function toJudged(row: Row, { figure, cores }: { readonly figure: Figure; readonly cores: number }): string {
  const missed = [mustOf(row, cores), row.aim].filter((wanted) => !reaches(row, figure, wanted));
  const text = toText(figure.value);
  const further = places.filter((count) => count > (text.split('.')[1]?.length ?? 0));
  const texts = [text, ...further.map((count) => figure.value.toFixed(count))];
  const shows = (text: string): boolean =>
    missed.every((wanted) => !reaches(row, { ...figure, value: Number(text) }, wanted));
  return texts.find(shows) ?? figure.value.toString();
}

const places = [1, 2, 3, 4, 5, 6];

/** Counts as they are; measures with two places while these say something. */
function toText(value: number): string {
  return Number.isInteger(value) || value >= 100 ? Math.round(value).toString() : value.toFixed(2);
}

function alignColumns(cells: readonly (readonly string[])[]): readonly string[] {
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

import type { Machine } from './machine';
import { median } from './median';
import { contenders, mostOthersShare, type ByProcess, type RaceResult, type Run } from './race';
import { reaches, ticketsPerSecond, type Figure, type Row } from './rows';

/** A row with what was measured. */
export interface MeasuredRow {
  readonly row: Row;
  readonly figure: Figure;
}

/** The table that `npm run bench` is for. */
export function toRowLines(measured: readonly MeasuredRow[]): readonly string[] {
  return alignColumns([
    ['row', 'measure', 'must', 'aim', 'measured', 'spread', ''],
    ...measured.map(({ row, figure }) => [
      row.name,
      row.measure,
      toLimit(row, row.must),
      toLimit(row, row.aim),
      toText(figure.value),
      figure.spread.map(toText).join(' to '),
      toVerdict(row, figure),
    ]),
  ]);
}

/** What each contender did and cost: medians, and per process. */
export function toRaceLines(name: string, result: RaceResult): readonly string[] {
  const lines = contenders.map((contender) => {
    const runs = result[contender];
    return [
      contender,
      toText(median(runs.map(ticketsPerSecond))),
      median(runs.map((run) => run.seconds)).toFixed(2),
      ...processes.map((process) => toText(median(runs.map((run) => run.cpuSeconds[process])))),
      ...processes.map((process) => toText(median(runs.map((run) => run.peakMb[process])))),
    ];
  });
  return alignColumns([
    [
      name,
      'tickets/s',
      's',
      ...processes.map((process) => `CPU s ${process}`),
      ...processes.map((process) => `MB ${process}`),
    ],
    ...lines,
  ]);
}

const processes = ['sender', 'postgres', 'temporal', 'sandbox'] as const satisfies readonly (keyof ByProcess)[];

export function toMachineLine(machine: Machine): string {
  const { cores, processor, memoryGb, system, node } = machine;
  return `${String(cores)} cores (${processor}), ${String(memoryGb)} GB, ${system}, Node ${node}; Postgres with fsync on`;
}

/** Said above figures that were taken all the same. */
export function toDisturbanceLine(runs: readonly Run[]): string | undefined {
  const disturbed = runs.filter(({ othersShare }) => othersShare > mostOthersShare);
  if (disturbed.length === 0) return undefined;
  const worst = Math.max(...disturbed.map(({ othersShare }) => othersShare)) * 100;
  return `NOT VALID: another load disturbed ${String(disturbed.length)} of ${String(runs.length)} runs (up to ${worst.toFixed(0)} % of the CPU)`;
}

function toVerdict(row: Row, figure: Figure): string {
  if (!reaches(row, figure, row.must)) return 'MUST MISSED';
  if (!reaches(row, figure, row.aim)) return 'below the aim';
  return row.must === undefined ? '' : 'reached';
}

function toLimit(row: Row, limit: number | undefined): string {
  if (limit === undefined) return '-';
  return `${row.better === 'higher' ? '>=' : '<='} ${toText(limit)}`;
}

function toText(value: number): string {
  return value >= 100 ? Math.round(value).toString() : value.toFixed(2);
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

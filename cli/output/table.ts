import { stripVTControlCharacters } from 'node:util';
import type { Screen } from './screen';

/** Rows under headings: aligned columns on a terminal, elsewhere one line per row with tabs between the values. */
export function toTable(screen: Screen, headings: readonly string[], rows: readonly (readonly string[])[]): string {
  if (!screen.isTerminal) return [headings, ...rows].map((row) => row.join('\t')).join('\n');
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => stripVTControlCharacters(row[column] ?? '').length)),
  );
  const toLine = (row: readonly string[]): string =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [screen.paint('bold', toLine(headings)), ...rows.map(toLine)].join('\n');
}

function pad(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - stripVTControlCharacters(cell).length));
}

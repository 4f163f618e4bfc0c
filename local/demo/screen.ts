import { stripVTControlCharacters, styleText } from 'node:util';
import { SingleBar } from 'cli-progress';

/** What is shown: chapters, the commands that an operator would type, words, tables, progress. */
export interface DemoScreen {
  chapter(title: string): void;
  /** A command as one would type it. */
  command(text: string): void;
  say(text: string): void;
  /** A remark of less weight. */
  note(text: string): void;
  paint(color: Color, text: string): string;
  table(headings: readonly string[], rows: readonly (readonly Cell[])[]): void;
  /** Shows how far the work is until it ends, however it ends: a bar that is left open redraws itself for ever and keeps the process. */
  progress<T>(counted: Counted, work: (show: ShowProgress) => Promise<T>): Promise<T>;
}

export type Color = 'red' | 'green' | 'yellow' | 'cyan' | 'bold' | 'dim';

/** Numbers stand at the right of their column. */
export type Cell = string | number;

export interface Counted {
  readonly label: string;
  readonly total: number;
  /** What is counted, default tickets. */
  readonly unit?: string;
}

export type ShowProgress = (done: number) => void;

interface Progress {
  readonly show: ShowProgress;
  readonly end: () => void;
}

/** Between two plain lines of progress. */
const LINE_MS = 2_000;

/** Writes to standard output; colours and bars on a terminal only, and no colours where NO_COLOR is set. */
export function openDemoScreen(): DemoScreen {
  const print = (text: string): void => void process.stdout.write(`${text}\n`);
  const paint = (color: Color, text: string): string => styleText(color, text, { stream: process.stdout });
  let chapters = 0;
  return {
    chapter(title) {
      chapters += 1;
      const heading = `${String(chapters)}  ${title}`;
      print(`\n${paint('bold', heading)}\n${paint('dim', '─'.repeat(heading.length))}`);
    },
    command: (text) => {
      print(`${paint('dim', '$')} ${paint('cyan', text)}`);
    },
    say: print,
    note: (text) => {
      print(paint('dim', text));
    },
    paint,
    table: (headings, rows) => {
      print(toAlignedTable(headings, rows, (text) => paint('bold', text)));
    },
    progress: async (counted, work) => {
      const progress = process.stdout.isTTY ? openBar(counted) : openLines(counted, print);
      try {
        return await work(progress.show);
      } finally {
        progress.end();
      }
    },
  };
}

/** Columns under their headings; numbers with thousands set apart. */
export function toAlignedTable(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  paintHeading: (text: string) => string,
): string {
  const isNumber = headings.map((_, column) => rows.some((row) => typeof row[column] === 'number'));
  const texts = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? toCount(cell) : cell)));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...texts.map((row) => stripVTControlCharacters(row[column] ?? '').length)),
  );
  const toLine = (row: readonly string[]): string =>
    `  ${row.map((text, column) => pad(text, widths[column] ?? 0, isNumber[column] === true)).join('   ')}`.trimEnd();
  return [paintHeading(toLine(headings)), ...texts.map(toLine)].join('\n');
}

/** 19500 as 19,500. */
export function toCount(count: number): string {
  return count.toLocaleString('en');
}

function pad(text: string, width: number, right: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - stripVTControlCharacters(text).length));
  return right ? blanks + text : text + blanks;
}

function openBar({ label, total, unit = 'tickets' }: Counted): Progress {
  const bar = new SingleBar({
    format: `  ${label} {bar} {percentage}%  {value}/{total} ${unit}`,
    stream: process.stdout,
    // As in cli/output/bar.ts: the bar changes no setting of the terminal, so no end leaves one behind.
    hideCursor: false,
    linewrap: true,
    barsize: 30,
    barCompleteChar: '█',
    barIncompleteChar: '░',
  });
  bar.start(total, 0);
  return {
    show: (done) => {
      bar.update(done);
    },
    end: () => {
      bar.stop();
    },
  };
}

function openLines({ label, total, unit = 'tickets' }: Counted, print: (text: string) => void): Progress {
  let shown = 0;
  let shownAt = -Infinity;
  return {
    show: (done) => {
      const complete = done >= total && shown < total;
      if (done === shown || (!complete && performance.now() - shownAt < LINE_MS)) return;
      shown = done;
      shownAt = performance.now();
      print(`  ${label}: ${toCount(done)} of ${toCount(total)} ${unit}`);
    },
    end: () => undefined,
  };
}

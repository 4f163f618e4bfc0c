import type { Screen } from './output/screen';
import type { ExitCode } from './failure';

/** What a command found out: one document for scripts, lines for people, the exit code (0 unless given). */
export interface Answer {
  readonly document: object;
  readonly lines: readonly string[];
  readonly exitCode?: ExitCode;
}

/** Writes the answer in the form asked for. */
export function showAnswer(screen: Screen, answer: Answer): void {
  if (screen.json) screen.print(JSON.stringify(answer.document, undefined, 2));
  else if (answer.lines.length > 0) screen.print(answer.lines.join('\n'));
}

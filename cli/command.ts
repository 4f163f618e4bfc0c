import type { Command } from 'commander';
import { showAnswer, type Answer } from './answer';
import { refuseEmptyWords } from './empty-words';
import type { CommandFailure } from './failure';
import { openScreen, type Screen } from './output/screen';
import type { Session } from './session';
import { toFailure } from './to-failure';

/** Options that every command has. */
export interface CommonOptions {
  readonly json?: true;
  readonly who?: string;
}

/** Options of commands whose use is recorded. */
export interface RecordedOptions extends CommonOptions {
  readonly reason?: string;
}

/** Where commands are added, and where the exit code of the one that ran ends up. */
export interface Registry {
  readonly program: Command;
  /** Takes the exit code of a command; that of a program started as a child may be any. */
  readonly finish: (exitCode: number) => void;
  /** Runs a command's work with a session of its own; shows its answer or its failure. */
  readonly run: (options: CommonOptions, work: (session: Session) => Promise<Answer>) => Promise<void>;
}

export interface CommandText {
  readonly name: string;
  readonly summary: string;
  /** What the arguments of two uses look like, and what each does. */
  readonly examples: readonly [Example, Example];
}

type Example = readonly [words: string, meaning: string];

/** Adds a command with its help and the options that all have. */
export function addCommand(parent: Command, text: CommandText): Command {
  const examples = text.examples.map(([words, meaning]) => `  $ tixngo ${words}\n      ${meaning}`).join('\n');
  return parent
    .command(text.name)
    .description(text.summary)
    .option('--json', 'one JSON document on standard output (docs/cli.md describes it)')
    .addHelpText('after', `\nExamples:\n${examples}`)
    .hook('preAction', refuseEmptyWords);
}

/** Adds what commands have whose use is recorded: who, and why. */
export function withRecord(command: Command): Command {
  return command
    .option('--reason <text>', 'why; recorded with who and when')
    .option('--who <name>', 'who acts, when it is not the user of this machine');
}

/** The registry behind a program; `finish` is told the exit code. */
export function createRegistry(program: Command, finish: (exitCode: number) => void): Registry {
  const guard = async (options: CommonOptions, work: (screen: Screen) => Promise<Answer>): Promise<void> => {
    const screen = openScreen(options.json === true);
    try {
      const answer = await work(screen);
      showAnswer(screen, answer);
      finish(answer.exitCode ?? 0);
    } catch (error) {
      const failure = toFailure(error);
      if (failure === undefined) throw error;
      showFailure(screen, failure);
      finish(failure.exitCode);
    }
  };
  return {
    program,
    finish,
    run: (options, work) =>
      guard(options, async (screen) => {
        const { openSession } = await import('./session.js');
        const session = openSession(screen, options.who);
        try {
          return await work(session);
        } finally {
          await session.close();
        }
      }),
  };
}

function showFailure(screen: Screen, failure: CommandFailure): void {
  const { message, problems, near } = failure;
  if (screen.json) screen.print(JSON.stringify({ error: { message, problems, near } }, undefined, 2));
  screen.talk(message);
  for (const problem of problems) screen.talk(`  ${problem}`);
  if (near.length > 0) screen.talk(`Near: ${near.join(', ')}`);
}

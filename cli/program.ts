import { Command, CommanderError } from 'commander';
import { findNearest } from '../core/nearest';
import { createRegistry, type Registry } from './command';
import { addApply } from './commands/apply';
import { addChildren } from './commands/children';
import { addCompletion } from './commands/completion';
import { addDrift } from './commands/drift';
import { addImport } from './commands/import';
import { addLog } from './commands/log';
import { addPauseResumeStop } from './commands/pause';
import { addPutAside } from './commands/put-aside';
import { addAgain, addRun } from './commands/run';
import { addDoctor, addMigrate, addTest } from './commands/set-up';
import { addSkip } from './commands/skip';
import { addStatus } from './commands/status';
import { addPending, addTicket } from './commands/ticket';
import { listWords } from './completion';

/** In the order in which help lists them. */
const commands: readonly ((registry: Registry) => void)[] = [
  addStatus,
  addRun,
  addAgain,
  addLog,
  addTicket,
  addPending,
  addDrift,
  addPutAside,
  addSkip,
  addPauseResumeStop,
  addTest,
  addDoctor,
  addApply,
  addImport,
  addMigrate,
  addChildren,
];

/** Runs the command that the arguments name; gives its exit code. Loads what that command needs and no more. */
export async function runProgram(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = new Command('tixngo')
    .description('Keeps S-360 and the TIXNGO mobile wallet in step.')
    .helpCommand(false)
    .exitOverride();
  const registry = createRegistry(program, (code) => {
    exitCode = code;
  });
  for (const add of commands) add(registry);
  addCompletion(registry, () => listWords(program));
  hintAtHelp(program, '');
  program.on('command:*', ([word = '']: readonly string[]) => {
    refuseCommand(program, word);
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Help that was asked for ends well; help because no command was given, and every mistake, is wrong usage.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

/** What other programs call a command of this one. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  abort: 'stop',
  cancel: 'stop',
  kill: 'stop',
  terminate: 'stop',
  start: 'run',
  retry: 'again',
};

/** There is no such command: which one may have been meant. */
function refuseCommand(program: Command, word: string): never {
  const names = program.commands.map((command) => command.name());
  const meant = (Object.hasOwn(OTHER_WORDS, word) ? OTHER_WORDS[word] : undefined) ?? findNearest(word, names);
  const hint = meant === undefined ? '' : `\n(Did you mean ${meant}?)`;
  program.error(`error: unknown command '${word}'${hint}`, { exitCode: 2 });
}

/** After a mistake: where the help of this very command is. */
function hintAtHelp(command: Command, path: string): void {
  const shows = path === '' ? 'lists the commands' : 'shows how it is written';
  command.showHelpAfterError(`(tixngo${path} --help ${shows})`);
  for (const inner of command.commands) hintAtHelp(inner, `${path} ${inner.name()}`);
}

import { Command, CommanderError } from 'commander';
import { createRegistry, type Registry } from './command';
import { addChildren } from './commands/children';
import { addCompletion } from './commands/completion';
import { addLog } from './commands/log';
import { addPauseResumeStop } from './commands/pause';
import { addAgain, addRun } from './commands/run';
import { addDoctor, addMigrate, addTest } from './commands/set-up';
import { addSkip } from './commands/skip';
import { addStatus } from './commands/status';
import { addPending, addTicket } from './commands/ticket';
import { listWords } from './completion';

type Add = (registry: Registry) => void;

/** What a command is made of when it has to be loaded with all that it needs; a list of the commands shows its summary. */
interface Whole {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Add>;
}

const wholes = {
  apply: {
    name: 'apply',
    summary: 'make the system what a configuration file says: interfaces, schedules; twice changes nothing',
    load: async () => (await import('./apply.js')).addApply,
  },
  import: {
    name: 'import',
    summary:
      'import tickets, contacts or the catalogue from a CSV or NDJSON file; all or nothing, the same again changes nothing',
    load: async () => (await import('./import.js')).addImport,
  },
} satisfies Readonly<Record<string, Whole>>;

/** In the order in which help lists them. */
const commands: readonly (Add | Whole)[] = [
  addStatus,
  addRun,
  addAgain,
  addLog,
  addTicket,
  addPending,
  addSkip,
  addPauseResumeStop,
  addTest,
  addDoctor,
  wholes.apply,
  wholes.import,
  addMigrate,
  addChildren,
];

/** Runs the command that the arguments name; gives its exit code. Loads what that command needs and no more. */
export async function runProgram(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = new Command('tixngo')
    .description('Keeps S-360 and the TIXNGO mobile wallet in step.')
    .helpCommand(false)
    .showHelpAfterError('(tixngo COMMAND --help shows how it is written)')
    .exitOverride();
  const registry = createRegistry(program, (code) => {
    exitCode = code;
  });
  for (const command of commands) {
    if (typeof command === 'function') command(registry);
    else if (args.includes(command.name) || args.includes('completion')) (await command.load())(registry);
    else program.command(command.name).description(command.summary);
  }
  addCompletion(registry, () => listWords(program));
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Help that was asked for ends well; help because no command was given, and every mistake, is wrong usage.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

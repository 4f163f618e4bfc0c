import { Command, CommanderError } from 'commander';
import { addAgain } from './again';
import { addApply } from './apply';
import { createRegistry } from './command';
import { addChildren } from './children';
import { addDoctor } from './doctor';
import { addImport } from './import';
import { addPauseResumeStop } from './pause';
import { addPending } from './pending';
import { addSkip } from './skip';
import { addTest } from './test';
import { addTicket } from './ticket';
import { addLog } from './log';
import { addMigrate } from './migrate';
import { addRun } from './run';
import { addStatus } from './status';

const adders = [
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
  addApply,
  addImport,
  addMigrate,
  addChildren,
];

/** Runs the command that the arguments name; gives its exit code. */
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
  for (const add of adders) add(registry);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Help that was asked for ends well; help because no command was given, and every mistake, is wrong usage.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

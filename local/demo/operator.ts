import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { childEnvironment, type Environment } from '../../config/read-environment';
import { compiledProgram } from '../project-root';
import type { DemoScreen } from './screen';

/** Types commands as an operator would: the compiled command line, its words and bars straight onto this screen. */
export interface Operator {
  /** Shows and runs `npx tixngo ...`; gives its exit code. */
  type(...words: readonly string[]): Promise<number>;
  /** The same for a command that has to succeed. */
  typeWell(...words: readonly string[]): Promise<void>;
}

export interface OperatorOptions {
  readonly screen: DemoScreen;
  /** Reaches the stack. */
  readonly environment: Environment;
  /** Where the commands are typed. */
  readonly folder: string;
  /** Ends a command that runs. */
  readonly signal: AbortSignal;
}

export function createOperator({ screen, environment, folder, signal }: OperatorOptions): Operator {
  const program = compiledProgram('cli/main');
  const type = async (...words: readonly string[]): Promise<number> => {
    signal.throwIfAborted();
    screen.command(`npx tixngo ${words.map(quote).join(' ')}`);
    const child = spawn(process.execPath, [program, ...words], {
      cwd: folder,
      env: childEnvironment(environment),
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const end = (): void => {
      child.kill('SIGTERM');
    };
    signal.addEventListener('abort', end);
    try {
      return await new Promise<number>((resolve, reject) => {
        child.on('error', reject);
        child.on('exit', (code, name) => {
          resolve(code ?? 128 + (name === null ? 0 : constants.signals[name]));
        });
      });
    } finally {
      signal.removeEventListener('abort', end);
      signal.throwIfAborted();
    }
  };
  const typeWell = async (...words: readonly string[]): Promise<void> => {
    const exitCode = await type(...words);
    if (exitCode !== 0) throw new Error(`tixngo ${words.join(' ')} ended with ${String(exitCode)}`);
  };
  return { type, typeWell };
}

function quote(word: string): string {
  return /^[\w./:=@-]+$/.test(word) ? word : `"${word}"`;
}

import { execFile } from 'node:child_process';

/** Long enough for a start, short beside any measurement or fault: a script that takes wrong words is ended before it has begun. */
const TIMEOUT_MS = 30_000;

export interface ScriptEnd {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script with these words in a process of its own: its exit code is set in its main. */
export function runScript(script: string, words: readonly string[]): Promise<ScriptEnd> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...words], { timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

import { SingleBar } from 'cli-progress';

/**
 * A progress bar on standard error, a terminal. It changes no setting of the terminal, neither the cursor nor the wrapping of lines: whatever
 * ends the command, Ctrl-C and SIGKILL too, there is nothing to restore. The package's own way back (`gracefulExit`) keeps the first Ctrl-C
 * from ending the command. With `linewrap: true` it cuts a line that is too long instead.
 */
export function createBar(format: string): SingleBar {
  return new SingleBar({ format, stream: process.stderr, hideCursor: false, linewrap: true, barsize: 30 });
}

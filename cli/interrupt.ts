/** As a shell tells of a program that Ctrl-C ended: 128 and the number of SIGINT. */
const INTERRUPTED = 130;

/** Has Ctrl-C end the command with a line that tells what holds then; gives what takes that back. */
export function tellAtInterrupt(tell: () => string): () => void {
  const end = (): void => {
    // A terminal shows ^C in the line that stands there, which may be a bar.
    process.stderr.write(`${process.stderr.isTTY ? '\n' : ''}Interrupted: ${tell()}\n`);
    process.exit(INTERRUPTED);
  };
  process.on('SIGINT', end);
  return () => void process.off('SIGINT', end);
}

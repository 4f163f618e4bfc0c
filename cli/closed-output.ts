/** As a shell tells of a program that wrote to whom had gone: 128 and the number of SIGPIPE. */
const NOBODY_READS = 141;

/** Ends the command once nobody reads what it says, as with `| head`: Node would end it with a trace of its own. */
export function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(NOBODY_READS);
  });
}

import { pino, type DestinationStream, type Logger } from 'pino';

export interface LoggerOptions {
  /** Which part of the product speaks: `worker`, `cli`, `sandbox`. */
  readonly name: string;
  /** Lowest level written. */
  readonly level: string;
  /** Where the lines go; standard error unless given (standard output belongs to a command's result). */
  readonly destination?: DestinationStream;
}

export type { Logger };

/** Structured log lines: a constant message, ids in fields (style.md L1). */
export function createLogger({ name, level, destination }: LoggerOptions): Logger {
  const options = { name, level, base: { name, pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime };
  // Written at once: a process that is about to end must not lose its last line.
  return pino(options, destination ?? pino.destination({ fd: 2, sync: true }));
}

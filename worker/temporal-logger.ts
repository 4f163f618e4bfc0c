import type { Logger as TemporalLogger } from '@temporalio/worker';
import type { Logger } from '../config/logger';

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** Puts the SDK's lines, and those of workflows and activities, through our logger. */
export function temporalLogger(logger: Logger): TemporalLogger {
  const write = (level: keyof typeof levels, message: string, fields?: Record<string, unknown>) => {
    logger[levels[level]](fields ?? {}, message);
  };
  return {
    log: (level, message, fields) => {
      write(level, message, fields);
    },
    trace: (message, fields) => {
      write('TRACE', message, fields);
    },
    debug: (message, fields) => {
      write('DEBUG', message, fields);
    },
    info: (message, fields) => {
      write('INFO', message, fields);
    },
    warn: (message, fields) => {
      write('WARN', message, fields);
    },
    error: (message, fields) => {
      write('ERROR', message, fields);
    },
  };
}

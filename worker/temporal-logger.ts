import type { Logger as TemporalLogger } from '@temporalio/worker';
import { describeForLog } from '../activities/failures';
import type { Logger } from '../config/logger';

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** Puts the SDK's lines, and those of workflows and activities, through our logger. */
export function temporalLogger(logger: Logger): TemporalLogger {
  const write = (level: keyof typeof levels, message: string, fields?: Record<string, unknown>) => {
    logger[levels[level]](withDescribedError(fields), message);
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

/** An error has no fields that a log line would show. Its class and place are told; of a failure, whose words are ours, its words instead. */
function withDescribedError(fields: Readonly<Record<string, unknown>> = {}): object {
  const { error, ...rest } = fields;
  if (!isError(error)) return fields;
  const failure = rootFailure(error);
  return { ...rest, ...(failure === undefined ? describeForLog(error) : { error: 'failure', failure }) };
}

interface ErrorLike {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly cause?: unknown;
}

/** Those of workflows come from another thread and are not `instanceof Error` (stack.md). */
function isError(value: unknown): value is ErrorLike {
  return typeof value === 'object' && value !== null && 'message' in value && 'stack' in value && 'name' in value;
}

/** The words of the failure at the root: Temporal's own classes wrap it, and its message holds no value (activities/failures.ts). */
function rootFailure(error: ErrorLike): string | undefined {
  const inner = isError(error.cause) ? rootFailure(error.cause) : undefined;
  return inner ?? (isFailure(error) ? error.message : undefined);
}

/** An error that came from another thread has lost its class: where it was made still tells. */
function isFailure({ name, stack }: ErrorLike): boolean {
  const [, madeBy = ''] = /^\s+at (?:new )?(\w+)/m.exec(stack) ?? [];
  return [name, madeBy].some((text) => /^(?:Application|Cancelled|Timeout|Terminated)Failure$/.test(text));
}

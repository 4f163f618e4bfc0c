import { ApplicationFailure } from '@temporalio/common';

/** Codes and SQL states that a later attempt may not meet: connection, restart, lock, serialization, too many connections. */
const passingCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  '40001',
  '40P01',
  '55P03',
  '57014',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '53400',
  '25006',
]);

/** The code of an error made by Node or Postgres; errors of other realms are not `instanceof Error` (stack.md). */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'cause' in error ? codeOf(error.cause) : undefined;
}

/** Whether the database may answer the same statement later: it is away, restarting, or gave way to another transaction. */
export function isDatabaseAway(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined) return passingCodes.has(code) || code.startsWith('08');
  // pg gives these two no code: a connection that broke under a statement, and a pool that found none in time.
  const message = typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : '';
  return /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error/i.test(
    message,
  );
}

/** Fails the activity for good: another attempt would meet the same. `type` is a constant that the workflow may read. */
export function fatal(type: string, message: string): ApplicationFailure {
  return ApplicationFailure.create({ type, message, nonRetryable: true });
}

/** Fails this attempt; Temporal starts another after `delayMs`, or after its own pause. */
export function passing(type: string, message: string, delayMs?: number): ApplicationFailure {
  return ApplicationFailure.create({
    type,
    message,
    nonRetryable: false,
    ...(delayMs === undefined ? {} : { nextRetryDelay: Math.ceil(delayMs) }),
  });
}

/** The database does not know what this workflow has learnt: it is an older one, or another. */
export function olderDatabase(execution: number): ApplicationFailure {
  return fatal(
    'OLDER_DATABASE',
    `The database knows less of execution ${execution.toString()} than its workflow: it was restored or is another one. ` +
      'Nothing more is sent. See docs/runbook.md, "After a restore".',
  );
}

/** A range of a closed execution sends nothing: a reset or a late attempt meets this. */
export function executionClosed(execution: number): ApplicationFailure {
  return fatal(
    'EXECUTION_CLOSED',
    `Execution ${execution.toString()} is closed and sends nothing more. To send what it left: tixngo again ${execution.toString()}`,
  );
}

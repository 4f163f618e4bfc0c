import { log } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { TixngoAddressRefused } from '../tixngo/errors';

/** Codes and SQL states that a later attempt may not meet: connection, restart, lock, serialization, too many connections. */
const passingCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  // The process has no file descriptor left for a connection (reliability.md F34).
  'EMFILE',
  'ENFILE',
  '40001',
  '40P01',
  '55P03',
  '57014',
  '58030',
  '57P01',
  '57P02',
  '57P03',
  '53100',
  '53200',
  '53300',
  '53400',
  '25006',
  // Postgres ended a transaction that was idle: its worker was frozen (db/statements.ts).
  '25P03',
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

/**
 * What leaves an activity is written into Temporal's history, so nothing leaves as it is thrown: a driver's or a library's message may quote a
 * value. Our own failures pass; the database away is tried again; a statement that Postgres refuses, or a bug, stops with its place named.
 */
export async function withSafeFailures<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApplicationFailure || error instanceof CancelledFailure) throw error;
    // Found when the client is opened, before any call: its words hold no value, and say what to mend.
    if (error instanceof TixngoAddressRefused) throw fatal('ADDRESS_REFUSED', error.message);
    const code = codeOf(error);
    if (isDatabaseAway(error))
      throw passing('DATABASE_AWAY', `The database does not answer (${code ?? 'connection lost'})`);
    const described = describeForLog(error);
    log.error('An activity met what it does not know', { ...described });
    throw fatal(
      'BUG',
      `Unexpected ${described.error} ${placeOf(error)}. Nothing more is sent by this run; its log has the details`,
    );
  }
}

/** An unknown error without its message, which may quote a value: class, code and stack. */
export function describeForLog(error: unknown): { readonly error: string; readonly frames: readonly string[] } {
  const code = codeOf(error);
  return { error: code === undefined ? nameOf(error) : `${nameOf(error)} ${code}`, frames: framesOf(error) };
}

function nameOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : typeof error;
}

/** The stack without its head, which repeats the message. */
function framesOf(error: unknown): readonly string[] {
  const stack = typeof error === 'object' && error !== null && 'stack' in error ? String(error.stack) : '';
  return stack.split('\n').filter((line) => /^\s+at /.test(line));
}

/** The first line of our own code in the stack: a file name and a line hold no personal data. */
function placeOf(error: unknown): string {
  const frame = framesOf(error).find((line) => !/node_modules|node:/.test(line));
  const file = frame === undefined ? null : /(?:activities|db|core|tixngo)\/[\w./-]+:\d+/.exec(frame);
  return file === null ? 'somewhere' : `at ${file[0]}`;
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
export function olderDatabase(execution: number | undefined): ApplicationFailure {
  return fatal(
    'OLDER_DATABASE',
    `The database knows less of execution ${execution?.toString() ?? '(no number)'} than its workflow: it was restored or is another one. ` +
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

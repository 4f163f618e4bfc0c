import { count } from '../core/count';
import { NamespaceMissing, TemporalUnreachable } from '../client/errors';
import { ConfigProblems } from '../config/problems';
import { findStackHolder } from '../config/stack-claims';
import { CommandFailure } from './failure';

/** What an error means to whoever typed the command; undefined for a bug, which keeps its stack. */
export function toFailure(error: unknown): CommandFailure | undefined {
  if (error instanceof CommandFailure) return error;
  if (error instanceof ConfigProblems) {
    const lacksDatabase = error.problems.some(({ name, found }) => name === 'DATABASE_URL' && found === 'nothing');
    const help = lacksDatabase
      ? `${tellLocalStack()} For servers of your own, settings are missing:`
      : `The settings cannot be used (${count(error.problems.length, 'problem')}):`;
    const problems = error.problems.map(({ name, found, allowed }) => `${name}: found ${found}; allowed: ${allowed}`);
    return new CommandFailure(lacksDatabase ? 3 : 2, help, { problems, cause: error });
  }
  if (error instanceof TemporalUnreachable) return new CommandFailure(3, error.message, { cause: error });
  if (error instanceof NamespaceMissing) return new CommandFailure(2, error.message, { cause: error });
  // By its name: the class would load Temporal's client into commands that never ask it.
  if (error instanceof Error && error.name === 'ServiceError') {
    const message = 'What answers at TEMPORAL_ADDRESS is no Temporal server, or gave up. See: tixngo doctor';
    return new CommandFailure(3, message, { cause: error });
  }
  // MikroORM and pg have classes of their own; both carry Postgres' code (stack.md).
  if (hasCode(error, '42P01') || hasCode(error, '42703')) {
    const message = 'The database has not the schema of this program. Bring it up to date: tixngo migrate';
    return new CommandFailure(2, message, { cause: error });
  }
  if (isConnectionLost(error)) {
    return new CommandFailure(3, 'The connection to the database was lost. See: tixngo doctor', { cause: error });
  }
  return undefined;
}

/** Why no local stack of this folder is reached: there is none, or it is not, or not yet, for commands. */
function tellLocalStack(): string {
  const holder = findStackHolder();
  if (holder === undefined) return 'No local stack runs in this folder: npm run up starts one and needs no setting.';
  const runs = `npm run ${holder.command} runs in this folder (process ${String(holder.pid)}), and commands do not reach it now`;
  if (holder.command !== 'demo') return `${runs}: they do from when it says where its parts are until it ends.`;
  return `${runs}: they do where it was started on a terminal, from when its worker has started until Ctrl-C. Elsewhere it ends by itself; npm run up then starts a stack that stays and needs no setting.`;
}

/** Codes of Postgres and of the operating system for a server that is not there (any more) or lets nobody in. */
export function isConnectionLost(error: unknown): boolean {
  const codes = ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', 'EHOSTUNREACH', 'EPIPE', '3D000'];
  if (codes.some((code) => hasCode(error, code)) || /^(?:08|28|57P)/.test(toCode(error) ?? '')) return true;
  // pg gives a connection that broke under a statement, or that could not be made in time, no code.
  return error instanceof Error && /connection terminated|timeout exceeded when trying to connect/i.test(error.message);
}

export function hasCode(error: unknown, code: string): boolean {
  return toCode(error) === code;
}

function toCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  // Several addresses of one host: the first refusal stands for all.
  if ('errors' in error && Array.isArray(error.errors)) return toCode(error.errors[0]);
  return 'cause' in error ? toCode(error.cause) : undefined;
}

import { Kysely, PostgresDialect } from 'kysely';
import type { Database } from '../../../db/database';

/** One exact part of the statements that hold it, and what stands there instead. */
export interface Rewriting {
  readonly part: string;
  readonly instead: string;
}

/** Told of every statement before it goes to Postgres; what it returns is waited for. */
export type BeforeStatement = (statement: {
  readonly name: string | undefined;
  readonly values: readonly unknown[];
}) => Promise<void> | undefined;

export interface Rewritten {
  readonly database: Database;
  /** Throws unless every part was found in a statement that ran: a protection that was not taken out proves nothing. */
  readonly requireUsed: () => void;
}

/** A worker's database with a protection taken out of its statements: the product has no switch for that. */
export function rewriteStatements(
  database: Database,
  rewritings: readonly Rewriting[],
  before: BeforeStatement = () => undefined,
): Rewritten {
  const used = new Set<string>();
  const rewrite = (text: string): string =>
    rewritings.reduce((rewritten, { part, instead }) => {
      if (!rewritten.includes(part)) return rewritten;
      used.add(part);
      return rewritten.replace(part, () => instead);
    }, text);
  const pool = wrapPool(database.pool, rewrite, before);
  const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  return {
    database: { kysely, pool, close: () => database.close() },
    requireUsed: () => {
      const missing = rewritings.filter(({ part }) => !used.has(part));
      if (missing.length > 0) throw new Error(`No statement holds: ${missing.map(({ part }) => part).join(' | ')}`);
    },
  };
}

type Query = (...args: readonly unknown[]) => unknown;

/** The same object, but for `query` and, of a pool, the connections it hands out. */
function wrapPool<Target extends object>(target: Target, rewrite: (text: string) => string, before: BeforeStatement) {
  return new Proxy(target, {
    get: (real, property): unknown => {
      const value: unknown = Reflect.get(real, property);
      if (!isFunction(value)) return value;
      const call: Query = (...args) => Reflect.apply(value, real, args);
      if (property === 'query') return toQuery(call, rewrite, before);
      if (property !== 'connect') return call;
      return async () => {
        const client: unknown = await call();
        if (typeof client !== 'object' || client === null) throw new Error('A pool hands out connections');
        return wrapPool(client, rewrite, before);
      };
    },
  });
}

function toQuery(call: Query, rewrite: (text: string) => string, before: BeforeStatement): Query {
  return async (statement, ...rest) => {
    if (typeof statement === 'string') return await call(rewrite(statement), ...rest);
    if (typeof statement !== 'object' || statement === null || !('text' in statement))
      return await call(statement, ...rest);
    const { text } = statement;
    if (typeof text !== 'string') throw new Error('A statement without a text');
    const name = 'name' in statement && typeof statement.name === 'string' ? statement.name : undefined;
    const values: readonly unknown[] = 'values' in statement && Array.isArray(statement.values) ? statement.values : [];
    await before({ name, values });
    return await call({ ...statement, text: rewrite(text) }, ...rest);
  };
}

function isFunction(value: unknown): value is (...args: readonly unknown[]) => unknown {
  return typeof value === 'function';
}

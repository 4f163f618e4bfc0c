import { createHash } from 'node:crypto';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  type Transaction,
} from 'kysely';
import type { Pool, PoolClient, QueryResultRow } from 'pg';
import type { Database } from './database';

/**
 * Runs `work` in one transaction whose statements are prepared: Postgres plans each once per connection, by keys (db/statements.ts), not once
 * per call. For transactions that are run again and again with the same statements; no HTTP call may happen inside (style.md D2).
 */
export function inPreparedTransaction<Result>(
  { pool }: Database,
  work: (transaction: Transaction<unknown>) => Promise<Result>,
): Promise<Result> {
  let kysely = opened.get(pool);
  if (kysely === undefined) {
    kysely = new Kysely<unknown>({
      dialect: {
        createDriver: () => new PreparedDriver(pool),
        createQueryCompiler: () => new PostgresQueryCompiler(),
        createAdapter: () => new PostgresAdapter(),
        createIntrospector: (db) => new PostgresIntrospector(db),
      },
    });
    opened.set(pool, kysely);
  }
  return kysely.transaction().execute(work);
}

/** By the pool that it borrows its connections from; whoever opened the pool closes it. */
const opened = new WeakMap<Pool, Kysely<unknown>>();

/** Kysely's way to Postgres, but that each statement has a name. */
class PreparedDriver implements Driver {
  constructor(private readonly pool: Pool) {}

  async init(): Promise<void> {
    // The pool is open.
  }

  async acquireConnection(): Promise<PreparedConnection> {
    return new PreparedConnection(await this.pool.connect());
  }

  async beginTransaction({ client }: PreparedConnection): Promise<void> {
    // Unlike a single statement (db/statements.ts), it waits for locks as long as it takes: tried again, a page would be fetched again.
    await client.query('begin; set local lock_timeout = 0');
  }

  async commitTransaction({ client }: PreparedConnection): Promise<void> {
    await client.query('commit');
  }

  async rollbackTransaction({ client }: PreparedConnection): Promise<void> {
    await client.query('rollback');
  }

  releaseConnection({ client }: PreparedConnection): Promise<void> {
    client.release();
    return Promise.resolve();
  }

  async destroy(): Promise<void> {
    // Nothing is its own.
  }
}

class PreparedConnection implements DatabaseConnection {
  constructor(readonly client: PoolClient) {}

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const { rows, rowCount } = await this.client.query<Row & QueryResultRow>({
      name: toName(sql),
      text: sql,
      values: [...parameters],
    });
    return { rows, numAffectedRows: BigInt(rowCount ?? 0) };
  }

  streamQuery(): never {
    throw new Error('A prepared transaction streams nothing');
  }
}

const names = new Map<string, string>();

/** The same for the same text: the statements of the program are few, and none of them holds a value. */
function toName(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = createHash('sha1').update(text).digest('hex');
    names.set(text, name);
  }
  return name;
}

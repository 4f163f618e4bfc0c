import type { QueryConfig } from 'pg';
import type { EngineWorker } from './engine-world';

/** Stands where a statement is sent: `send` sends it, `values` are its parameters. */
type Meet = (send: () => Promise<unknown>, values: readonly unknown[]) => Promise<unknown>;

/** The worker, with something between it and Postgres for one prepared statement. */
export function disturbed(worker: EngineWorker, statement: string, meet: Meet): EngineWorker {
  const pool = new Proxy(worker.database.pool, {
    get: (target, name): unknown => {
      if (name !== 'query') return Reflect.get(target, name, target);
      return (query: QueryConfig<unknown[]>) => {
        const send = () => target.query(query);
        return query.name === statement ? meet(send, query.values ?? []) : send();
      };
    },
  });
  return { ...worker, database: { ...worker.database, pool } };
}

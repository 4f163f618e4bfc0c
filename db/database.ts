import { MikroORM } from '@mikro-orm/postgresql';
import { Migrator } from '@mikro-orm/migrations';
import type { Kysely } from 'kysely';
import type { Pool } from 'pg';
import { entities } from './entities';
import { migrations } from './migrations';

/** An open pool of Postgres connections: set-based statements through `kysely`, hot prepared ones through `pool`. */
export interface Database {
  // Statements are written in SQL and typed at their result: a table type would promise what raw rows do not keep.
  readonly kysely: Kysely<unknown>;
  readonly pool: Pool;
  close(): Promise<void>;
}

/** The same with MikroORM: entities and migrations. */
export interface MappedDatabase extends Database {
  readonly orm: Awaited<ReturnType<typeof initOrm>>;
}

export interface DatabaseOptions {
  readonly url: string;
  /** Most connections at once; default 20. */
  readonly connections?: number;
  readonly applicationName?: string;
}

/** Opens the pool; connects at the first statement, so an unreachable server shows there. */
export async function openDatabase(options: DatabaseOptions): Promise<MappedDatabase> {
  const orm = await initOrm(options);
  const pool = await orm.em.getConnection().getNativeClient();
  return {
    orm,
    kysely: orm.em.getKysely<unknown>(),
    pool,
    close: () => orm.close(true),
  };
}

function initOrm(options: DatabaseOptions) {
  return MikroORM.init({
    clientUrl: options.url,
    entities: [...entities],
    extensions: [Migrator],
    migrations: { migrationsList: migrations, snapshot: false, tableName: 'schema_migration', transactional: true },
    pool: { min: 0, max: options.connections ?? 20 },
    driverOptions: { application_name: options.applicationName ?? 'tixngo', connectionTimeoutMillis: 5_000 },
    logger: () => undefined,
    discovery: { warnWhenNoEntities: false },
  });
}

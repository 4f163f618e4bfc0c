import { openDatabase } from './database';
import { migrations } from './migrations';

/** Brings the schema up to this program's version; twice changes nothing. Returns the names of the migrations that ran. */
export async function migrate(databaseUrl: string): Promise<readonly string[]> {
  const database = await openDatabase({ url: databaseUrl, applicationName: 'tixngo migrate', connections: 2 });
  try {
    const ran = await database.orm.migrator.up();
    return ran.map((migration) => migration.name);
  } finally {
    await database.close();
  }
}

/** The newest migration that this program knows: what a database must have before a worker starts on it. */
export function newestMigration(): string {
  const newest = migrations.at(-1);
  if (newest === undefined) throw new Error('The list of migrations is empty');
  return newest.name;
}

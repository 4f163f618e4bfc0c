import { openDatabase } from './database';

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

import { connectClient } from '../client/connect';
import { setUpTemporal } from '../client/set-up';
import type { Config } from '../config/environment';
import { migrate } from '../db/migrate';

/** What `tixngo migrate` does: schema, namespace and search attributes up to this version. */
export async function migrateAll(config: Config): Promise<void> {
  await migrate(config.databaseUrl);
  const open = await connectClient(config.temporal);
  try {
    await setUpTemporal(open);
  } finally {
    await open.connection.close();
  }
}

import { migrate } from '../db/migrate';
import { CommandFailure } from './failure';
import type { Session } from './session';
import type { Answer } from './answer';

/** Brings schema, namespace and search attributes up to this version. */
export async function migrateAll(session: Session): Promise<Answer> {
  // Both servers must answer before one of them is changed.
  const [client] = await Promise.all([session.client(), session.database()]);
  const migrations = await migrate(session.config.databaseUrl);
  const temporal = await client.setUp().catch((error: unknown) => {
    const detail = error instanceof Error ? error.message : String(error);
    const message = `The schema is up to date, but namespace ${client.namespace} could not be set up: ${detail}`;
    throw new CommandFailure(1, message, { cause: error });
  });
  const lines = [
    ...migrations.map((name) => `migration ${name}`),
    ...(temporal.namespaceCreated ? [`namespace ${temporal.namespace} created`] : []),
    ...(temporal.retentionChanged ? [`namespace ${temporal.namespace} keeps closed runs for 30 days`] : []),
    ...temporal.searchAttributesAdded.map((name) => `search attribute ${name} registered`),
  ];
  return {
    document: { migrations, temporal },
    lines: lines.length > 0 ? lines : ['Everything is up to date already.'],
  };
}

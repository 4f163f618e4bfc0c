import { migrate } from '../db/migrate';
import { addCommand, type CommonOptions, type Registry } from './command';
import { CommandFailure } from './failure';
import type { Session } from './session';
import type { Answer } from './answer';

export function addMigrate({ program, run }: Registry): void {
  addCommand(program, {
    name: 'migrate',
    summary:
      'bring the database schema, the Temporal namespace and its search attributes up to this version; twice changes nothing',
    examples: [
      ['migrate', 'before the first start, and after every update of the program'],
      ['migrate --json', 'what changed, as a document'],
    ],
  }).action(async (options: CommonOptions) => {
    await run(options, migrateAll);
  });
}

async function migrateAll(session: Session): Promise<Answer> {
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

import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { importFile } from '../cli/import/import-file';
import type { Environment } from '../config/read-environment';
import { type Database, openDatabase } from '../db/database';
import { migrate } from '../db/migrate';
import { startProgram } from '../local/program';
import { compiledProgram } from '../local/project-root';
import { HOST, writeSeason } from '../local/season';
import { account } from './account';

export interface TemplateOptions {
  readonly url: string;
  readonly due: number;
  readonly folder: string;
  readonly logFolder: string;
  readonly sandboxPort: number;
  readonly environment: Environment;
}

/** A database that runs start from as copies. */
export interface Template {
  readonly dueTicketIds: ReadonlySet<string>;
}

/** Migrates, imports a season, applies the configuration as a user would, and leaves exactly `due` tickets due. */
export async function buildTemplate(options: TemplateOptions): Promise<Template> {
  await migrate(options.url);
  const database = await openDatabase({ url: options.url });
  try {
    await importSeason(database, options);
    await apply(options);
    await cancelSurplus(database, options.due);
    // As autovacuum would leave it; it would else work while the first contender is measured and not the second.
    await database.pool.query('vacuum (freeze, analyze)');
    return { dueTicketIds: await listDue(database) };
  } finally {
    await database.close();
  }
}

/** The season has a club's tickets too: some more than are wanted. */
async function importSeason(database: Database, { due, folder }: TemplateOptions): Promise<void> {
  const season = join(folder, 'season');
  const files = await writeSeason(season, { seed: 1, tickets: Math.ceil(due * 1.05) + 1_000, due: 'all' });
  for (const kind of ['catalogue', 'contacts', 'tickets'] as const) {
    const report = await importFile({ database, kind, file: files[kind] });
    if (report.rejectedTotal > 0) throw new Error(`The season's ${kind} were refused`);
  }
  await rm(season, { recursive: true });
}

/** `parallelCalls` 8 and an empty batch size: the only settings (performance.md). */
async function apply({ folder, logFolder, sandboxPort, environment, url }: TemplateOptions): Promise<void> {
  const file = join(folder, 'bench.yaml');
  await writeFile(
    file,
    `interfaces:
  - name: bench
    organization: ${HOST}
    organizer: ${account.organizer}
    type: TIXNGO
    url: http://127.0.0.1:${String(sandboxPort)}/organizer/tickets
    apiKey: { env: ${account.keyVariable} }
    parameters: |
      parallelCalls=8
schedules:
  - name: inject
    interface: bench
    function: inject-tickets
    launch: MANUAL
    pointOfSales: WEB;W1
`,
  );
  const program = await startProgram({
    name: 'tixngo apply',
    command: process.execPath,
    args: [compiledProgram('cli/main'), 'apply', file],
    environment: { ...environment, DATABASE_URL: url },
    logFile: join(logFolder, 'apply.log'),
  });
  const { code } = await program.ended;
  if (code !== 0) throw new Error(`The bench's configuration was refused. ${program.logTail()}`);
}

async function cancelSurplus(database: Database, due: number): Promise<void> {
  await sql`
    update ticket set status = 'CANCELLED' where id in (
      select id from ticket where ${isDue} order by id offset ${due})
  `.execute(database.kysely);
}

/** Written apart from the selection that is measured: it also says whether that one is right. */
const isDue = sql`status = 'NOT_PRINTED' and kind = 'TICKET'
  and organization_id = (select o.id from organization o where o.code = ${HOST})`;

async function listDue(database: Database): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`select id from ticket where ${isDue}`.execute(database.kysely);
  return new Set(rows.map(({ id }) => id));
}

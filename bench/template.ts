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

/** Tickets of a seeded database: all due, or all injected before. */
export interface Season {
  readonly state: 'due' | 'injected';
  readonly tickets: number;
}

export interface TemplateOptions {
  readonly url: string;
  readonly season: Season;
  readonly folder: string;
  readonly logFolder: string;
  readonly sandboxPort: number;
  readonly environment: Environment;
}

/** A database that runs start from as copies. */
export interface Template {
  readonly dueTicketIds: ReadonlySet<string>;
}

/** Migrates, imports a season, applies the configuration as a user would, and leaves exactly so many tickets due, or injected. */
export async function buildTemplate(options: TemplateOptions): Promise<Template> {
  await migrate(options.url);
  const database = await openDatabase({ url: options.url });
  try {
    await importSeason(database, options);
    await apply(options);
    await cancelSurplus(database, options.season.tickets);
    if (options.season.state === 'injected') await inject(database);
    // As autovacuum would leave it; it would else work while the first contender is measured and not the second.
    await database.pool.query('vacuum (freeze, analyze)');
    return { dueTicketIds: await listTickets(database, options.season) };
  } finally {
    await database.close();
  }
}

/** The season has a club's tickets too: some more than are wanted. */
async function importSeason(database: Database, { season: { tickets }, folder }: TemplateOptions): Promise<void> {
  const season = join(folder, 'season');
  const files = await writeSeason(season, { seed: 1, tickets: Math.ceil(tickets * 1.05) + 1_000, due: 'all' });
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
  - name: retrieve
    interface: bench
    function: retrieve-status
    launch: MANUAL
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

/** As a push leaves them. */
async function inject(database: Database): Promise<void> {
  await sql`
    with printed as (
      update ticket set status = 'PRINTED', printed_at = now(),
        printed_pos_id = (select s.point_of_sales_id from schedule s where s.name = 'inject')
      where ${isDue} returning id
    )
    insert into processed (ticket_id, function, organizer, execution_id, content_hash, sent_at)
    select id, 'inject-tickets', ${account.organizer}, 0, decode('00', 'hex'), now() from printed
  `.execute(database.kysely);
}

/** Written apart from the selection that is measured: it also says whether that one is right. */
const isDue = sql`status = 'NOT_PRINTED' and kind = 'TICKET'
  and organization_id = (select o.id from organization o where o.code = ${HOST})`;

async function listTickets(database: Database, { state }: Season): Promise<ReadonlySet<string>> {
  const wanted = state === 'due' ? isDue : sql`status = 'PRINTED'`;
  const { rows } = await sql<{ id: string }>`select id from ticket where ${wanted}`.execute(database.kysely);
  return new Set(rows.map(({ id }) => id));
}

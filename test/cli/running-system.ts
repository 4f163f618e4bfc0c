import { join } from 'node:path';
import type { Pool } from 'pg';
import { startSandboxProgram, type StackSandbox } from '../../local/stack-sandbox';
import { startWorker } from '../../local/stack-worker';
import { openCommandLine, type CommandLine } from '../helpers/command-line';
import { seedOrganizations } from './configuration-fixture';

/** A key that no output may hold. */
const KEY = 'cli-key-k4yCanary';

/** The command line with a sandbox and a worker beside it. */
export interface RunningSystem {
  readonly line: CommandLine;
  readonly sandbox: StackSandbox;
  close(): Promise<void>;
}

export interface RunningOptions {
  /** Tickets N1, N2 ... at the start. */
  readonly tickets: number;
  /** Further fields of the interface fcx, such as `parameters: 'batchSplitSize=3'`. */
  readonly interfaceFields?: string;
  /** Further schedules, a line each. */
  readonly schedules?: string;
}

/** Starts it with one match, the interface fcx and its schedule inject. */
export async function openRunningSystem(name: string, options: RunningOptions): Promise<RunningSystem> {
  const line = await openCommandLine(name);
  await seedOrganizations(line.pool);
  await seedMatch(line.pool);
  if (options.tickets > 0) await insertTickets(line.pool, 1, options.tickets);
  const logFolder = join(line.folder, 'logs');
  const key = { FCX_TIXNGO_KEY: KEY };
  const sandbox = await startSandboxProgram({
    args: ['--organizer', 'fc-example:FCX_TIXNGO_KEY'],
    environment: key,
    logFolder,
  });
  const allow = { TIXNGO_ALLOWED_HOSTS: new URL(sandbox.url).origin };
  expect(await line.runWith(allow, 'migrate')).toMatchObject({ code: 0, stderr: '' });
  const file = line.write('tixngo.yaml', toConfiguration(sandbox.url, options));
  expect(await line.runWith(allow, 'apply', file)).toMatchObject({ code: 0, stderr: '' });
  const worker = await startWorker({ environment: { ...line.environment, ...allow, ...key }, logFolder });
  return {
    line,
    sandbox,
    close: async () => {
      await worker.stop();
      await sandbox.stop();
      await line.close();
    },
  };
}

function toConfiguration(url: string, { interfaceFields, schedules = '' }: RunningOptions): string {
  const more = interfaceFields === undefined ? '' : `, ${interfaceFields}`;
  return `interfaces:
  - { name: fcx, organization: FCX, organizer: fc-example, type: TIXNGO, url: '${url}', apiKey: { env: FCX_TIXNGO_KEY }${more} }
schedules:
  - { name: inject, interface: fcx, function: inject-tickets, launch: MANUAL, pointOfSales: WEB;W1 }
${schedules}`;
}

/** One match, and Ana, who buys everything. */
async function seedMatch(pool: Pool): Promise<void> {
  await pool.query(`
    insert into site (id, organization_id, code, name, city, country_code, zip, time_zone)
      select 1, id, 'S', 'Stadium', 'Basel', 'CH', '4052', 'Europe/Zurich' from organization where code = 'FCX';
    insert into product (id, organization_id, code, name, family) select 1, id, 'LEAGUE', 'League', 'COMPETITION' from organization where code = 'FCX';
    insert into performance (id, product_id, code, name, site_id, starts_at) values (1, 1, 'M1', 'Match 1', 1, '2027-05-01T18:00:00Z');
    insert into contact (id, first_name, last_name, email) values (1, 'Ana', 'Ruiz', 'ana.ruiz@example.org');
    select setval(pg_get_serial_sequence('contact', 'id'), 10)`);
}

/** Tickets N`first` to N`last` of the match, with the ids of their numbers. */
export async function insertTickets(pool: Pool, first: number, last: number): Promise<void> {
  await pool.query(
    `insert into ticket (id, organization_id, ticket_number, product_id, performance_id, price, currency, barcode, sold_at,
        purchaser_id, initial_contact_id, current_contact_id, beneficiary_id)
      select i, p.organization_id, 'N' || i, 1, 1, 45.5, 'CHF', 'BAR' || i, '2026-11-01T10:00:00Z', 1, 1, 1, 1
      from product p, generate_series($1::integer, $2::integer) as i`,
    [first, last],
  );
}

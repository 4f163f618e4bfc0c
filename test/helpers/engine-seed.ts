import type { Pool } from 'pg';

/** One club with one stadium, one match, one interface `fcx` and one schedule `fcx/inject`. All have the id 1. */
export async function seedCatalogue(
  pool: Pool,
  options: { readonly url: string; readonly keyFile: string; readonly organizer: string },
): Promise<void> {
  await pool.query(`
    insert into organization (id, code, name, time_zone) values (1, 'FCX', 'FC Example', 'Europe/Zurich');
    insert into point_of_sales (id, organization_id, sales_channel_code, pos_code, name) values (1, 1, 'WEB', 'W1', 'Web');
    insert into site (id, organization_id, code, name, city, country_code, zip, time_zone)
      values (1, 1, 'S', 'Stadium', 'Basel', 'CH', '4052', 'Europe/Zurich');
    insert into product (id, organization_id, code, name, family) values (1, 1, 'LEAGUE', 'League', 'COMPETITION');
    insert into performance (id, product_id, code, name, site_id, starts_at)
      values (1, 1, 'M1', 'Match 1', 1, '2027-05-01T18:00:00Z');
    insert into contact (id, first_name, last_name, email) values (1, 'Ana', 'Ruiz', 'ana.ruiz@example.org')`);
  await pool.query(`insert into organizer_gate (organizer) values ($1)`, [options.organizer]);
  await addInterface(pool, { id: 1, name: 'fcx', organization: 1, ...options });
  await addSchedule(pool, { id: 1, name: 'inject', interface: 1 });
}

const small = [
  'outbox',
  'upload_record',
  'upload',
  'put_aside',
  'asked_key',
  'retrieve_cursor',
  'wallet_contact',
  'execution_slice',
  'slot_wait',
  'execution',
  'schedule',
  'interface',
  'performance',
  'product',
  'site',
  'point_of_sales',
  'contact',
  'organization',
  'call_slot',
  'organizer_gate',
];

/**
 * Removes everything but the schema and the rows of workers, whose sessions stand. Deleting a few rows is far quicker than truncating; the large
 * tables are truncated, for Postgres would take a table that was emptied by deletes for an empty one and choose bad plans.
 */
export async function emptyTables(pool: Pool): Promise<void> {
  await pool.query(`begin; set local session_replication_role = replica;
    truncate ticket, processed, ticket_outcome, execution_undelivered, claim, call, execution_batch, skip,
      mobile_ticket, mobile_ticket_history, distribution;
    ${small.map((table) => `delete from ${table};`).join(' ')}
    alter sequence execution_id_seq restart; commit`);
}

export interface InterfaceSeed {
  readonly id: number;
  readonly name: string;
  readonly organization: number;
  readonly organizer: string;
  readonly url: string;
  readonly keyFile: string;
  readonly parallelCalls?: number;
}

/** An interface with default parameters, and the account's slots as `apply` writes them: as many as its highest setting. */
export async function addInterface(pool: Pool, seed: InterfaceSeed): Promise<void> {
  const parameters = { ticketIterationSize: 50, maxOutageMinutes: 10, enforceMandatoryParameters: true };
  const { id, name, organization, organizer, url, keyFile, parallelCalls = 4 } = seed;
  await pool.query(
    `insert into interface (id, name, organization_id, organizer, type, url, api_key_reference, notify, parameters, parallel_calls)
     values ($1, $2, $3, $4, 'TIXNGO', $5, jsonb_build_object('file', $6::text), '{ops@example.org}', $7, $8)`,
    [id, name, organization, organizer, url, keyFile, parameters, parallelCalls],
  );
  await setParallelCalls(pool, { interface: id, parallelCalls });
}

export async function setParallelCalls(
  pool: Pool,
  options: { readonly interface: number; readonly parallelCalls: number },
): Promise<void> {
  await pool.query(`update interface set parallel_calls = $2 where id = $1`, [
    options.interface,
    options.parallelCalls,
  ]);
  await pool.query(
    `insert into call_slot (organizer, n)
     select i.organizer, n from (select organizer, max(parallel_calls) as most from interface group by organizer) i,
       generate_series(1, i.most) as n
     on conflict do nothing`,
  );
}

/** Changes custom parameters of interface 1. */
export async function setParameters(pool: Pool, parameters: Readonly<Record<string, unknown>>): Promise<void> {
  await pool.query(`update interface set parameters = parameters || $1 where id = 1`, [parameters]);
}

export interface ScheduleSeed {
  readonly id: number;
  readonly name: string;
  readonly interface: number;
  readonly function?: string;
  readonly batchSize?: number;
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** A manual schedule with default settings. */
export async function addSchedule(pool: Pool, seed: ScheduleSeed): Promise<void> {
  const none = { ticketNumbers: [], ids: [] };
  const settings = {
    activationMethod: 'offline',
    filters: {},
    barcodePrefix: '',
    barcodeSuffix: '',
    mainApplicant: false,
    force: none,
    skip: none,
    simulation: false,
    ...seed.settings,
  };
  await pool.query(
    `insert into schedule (id, interface_id, name, function, launch, batch_size, point_of_sales_id, settings)
     values ($1, $2, $3, $4, 'MANUAL', $5, 1, $6)`,
    [seed.id, seed.interface, seed.name, seed.function ?? 'inject-tickets', seed.batchSize ?? null, settings],
  );
}

/** Tickets `first` to `last` of the match, complete, called N<id>. */
export async function addTickets(pool: Pool, first: number, last: number): Promise<void> {
  await pool.query(
    `insert into ticket (id, organization_id, ticket_number, product_id, performance_id, price, currency, barcode, sold_at,
       purchaser_id, initial_contact_id, current_contact_id, beneficiary_id)
     select i, 1, 'N' || i, 1, 1, 45.5, 'CHF', 'BAR' || i, '2026-11-01T10:00:00Z', 1, 1, 1, 1
     from generate_series($1::bigint, $2::bigint) as i`,
    [first, last],
  );
}

/** One more club with an interface of its own on the same account, and the schedule `<name>/inject`. All have the same id. */
export async function addClub(pool: Pool, { id, name }: { readonly id: number; readonly name: string }): Promise<void> {
  await pool.query(
    `insert into organization (id, code, name, time_zone) values ($1, upper($2::text), $2::text, 'UTC')`,
    [id, name],
  );
  await pool.query(`insert into interface select (jsonb_populate_record(i, $1)).* from interface i where id = 1`, [
    { id, name, organization_id: id },
  ]);
  await pool.query(
    `insert into product (id, organization_id, code, name, family) values ($1, $1, 'P', 'P', 'SERVICE')`,
    [id],
  );
  await addSchedule(pool, { id, name: 'inject', interface: id });
}

import type { Pool } from 'pg';
import { ALLOWED_ORIGIN, type CommandLine } from '../helpers/command-line';

/** Two organizations, each with the point of sales WEB;W1. */
export async function seedOrganizations(pool: Pool): Promise<void> {
  await pool.query(`
    insert into organization (code, name, time_zone) values ('FCX', 'FC X', 'Europe/Zurich'), ('FCY', 'FC Y', 'Europe/London');
    insert into point_of_sales (organization_id, sales_channel_code, pos_code, name) select id, 'WEB', 'W1', 'Web' from organization`);
}

/** Tickets 1 to n of FCX, numbers N1 to Nn. */
export async function seedTickets(pool: Pool, tickets: number): Promise<void> {
  await pool.query(`
    insert into product (organization_id, code, name, family) select id, 'LEAGUE', 'League', 'COMPETITION' from organization where code = 'FCX'`);
  await pool.query(
    `insert into ticket (id, organization_id, ticket_number, product_id, price, currency)
     select n, p.organization_id, 'N' || n, p.id, 10, 'CHF' from product p, generate_series(1, $1::integer) n`,
    [tickets],
  );
}

export const interfaceX = `interfaces:
  - name: fcx-tixngo
    organization: FCX
    organizer: fc-example
    type: TIXNGO
    url: ${ALLOWED_ORIGIN}/organizer/tickets
    apiKey: { env: FCX_TIXNGO_KEY }
    notify: [ops@example.com]
    parameters: |
      parallelCalls=3
`;

export const schedulesX = `schedules:
  - name: inject-league
    interface: fcx-tixngo
    function: inject-tickets
    launch: AUTOMATIC
    every: 5m
    batchSize: 1000
    pointOfSales: WEB;W1
  - name: by-hand
    interface: fcx-tixngo
    function: inject-tickets
    launch: MANUAL
    pointOfSales: WEB;W1
`;

/** Everything that `apply` writes, as one value. */
export async function readConfiguration(pool: Pool): Promise<unknown> {
  const { rows } = await pool.query(`
    select jsonb_build_object(
      'interfaces', (select jsonb_agg(to_jsonb(i) order by i.id) from interface i),
      'schedules', (select jsonb_agg(to_jsonb(s) order by s.id) from schedule s),
      'gates', (select jsonb_agg(to_jsonb(g) order by g.organizer) from organizer_gate g),
      'slots', (select jsonb_agg(to_jsonb(c) order by c.organizer, c.n) from call_slot c),
      'actions', (select count(*) from operator_action)) as all`);
  return rows[0];
}

/** Two schedules of retrieve-status that read one account. */
export const retrieveX = `  - { name: retrieve, interface: fcx-tixngo, function: retrieve-status, launch: AUTOMATIC, every: 5m }
  - { name: retrieve-too, interface: fcx-tixngo, function: retrieve-status, launch: MANUAL }
`;

/** Run 31 of retrieve-too, closed with a warning. */
export async function seedClosedRetrieve(pool: Pool): Promise<void> {
  await pool.query(`
    insert into execution (id, namespace, workflow_id, first_run_id, function, schedule_id, interface_id, organizer, trigger, settings,
        ending, closed_at, outcome, report, retrieved)
      overriding system value
      select 31, 'other', 'retrieve-status/fc-example', 'r', 'retrieve-status', s.id, s.interface_id, 'fc-example', 'OPERATOR', '{}', 'done', now(),
        'WARNING', '{"message": "2 records put aside"}', '{"pages": 2, "records": 12, "applied": 7, "older": 2, "repeated": 1, "putAside": 2}'
      from schedule s where s.name = 'retrieve-too'`);
}

/** Records of run 31: one that waits, one that was applied, one that was kept of a skipped ticket. */
export async function seedPutAside(pool: Pool): Promise<void> {
  await pool.query(`
    insert into put_aside (organizer, identity, ticket_id, reason, problem, record, execution_id, put_at, applied_at) values
      ('fc-example', 'change 4 of ticket 99', '99', 'UNKNOWN_TICKET', 'ticketId names no ticket', '{"ticketId": "99", "spectatorDetails": {"firstName": "Annabel"}}', 31, '2026-11-20T10:00:00Z', null),
      ('fc-example', 'change 5 of ticket 1', '1', 'INVALID', 'status is no text', '{"ticketId": "1"}', 31, '2026-11-20T10:00:01Z', now()),
      ('fc-example', 'change 6 of ticket 2', '2', 'SKIPPED', 'its ticket is on the skip list', '{"ticketId": "2"}', 31, '2026-11-20T10:00:02Z', null)`);
}

/** Both organizations, five tickets, and the schedules of pushes and of read-backs. */
export async function setUpRetrieve(line: CommandLine): Promise<void> {
  await seedOrganizations(line.pool);
  await seedTickets(line.pool, 5);
  expect(await line.run('migrate')).toMatchObject({ code: 0 });
  const file = line.write('tixngo.yaml', interfaceX + schedulesX + retrieveX);
  expect(await line.run('apply', file)).toMatchObject({ code: 0 });
}

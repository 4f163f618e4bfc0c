import { sql } from 'kysely';
import { z } from 'zod';
import type { Config } from '../config/environment';
import { readSecret } from '../config/secret';
import { parseAllowedHosts } from '../core/interface-url';
import type { InjectSettings } from '../core/messages/inject-tickets';
import type { Database } from '../db/database';
import { findInterface } from '../db/queries/find-interface';
import { selectForInject } from '../db/queries/inject-tickets/due';
import { dueCandidates, planStart } from '../db/queries/push/candidates';
import { findSchedules } from '../db/queries/push/find-schedule';
import { openTixngoClient, type TixngoClient } from '../tixngo/client';

/** What the plain loop works with: the schedule as the engine reads it, the same client, the same selection. */
export interface PlainJob {
  readonly database: Database;
  readonly client: TixngoClient;
  readonly scheduleId: string;
  readonly organizer: string;
  readonly pointOfSalesId: string | null;
  readonly settings: InjectSettings;
  /** Tickets a call. */
  readonly batchSize: number;
  readonly parallelCalls: number;
  /** Ids of all that is due, in the engine's order. */
  readonly selectDue: () => Promise<readonly string[]>;
}

export const keyReference = z.object({ env: z.string() });
const storedSettings = z.object({
  activationMethod: z.enum(['online', 'offline']),
  filters: z.object({ product: z.array(z.string()).optional() }),
  barcodePrefix: z.string(),
  barcodeSuffix: z.string(),
  mainApplicant: z.boolean(),
});
const storedParameters = z.object({ ticketIterationSize: z.number(), enforceMandatoryParameters: z.boolean() });

/** Reads the schedule, opens the client and the first connection to Postgres. */
export async function openPlainJob(
  database: Database,
  { schedule: name, config }: { readonly schedule: string; readonly config: Config },
): Promise<PlainJob> {
  const [schedule] = await findSchedules(database, name);
  const found = schedule === undefined ? undefined : await findInterface(database, schedule.interface);
  if (schedule === undefined || found === undefined) throw new Error(`There is no schedule ${name}`);
  const { products, ...stored } = readSettings(schedule.settings);
  const { ticketIterationSize, enforceMandatoryParameters } = storedParameters.parse(schedule.parameters);
  const { organizationId, scheduleId } = schedule;
  const selection = selectForInject({ organizationId, scheduleId, products, skip: [] });
  return {
    database,
    client: openTixngoClient({
      url: found.url,
      apiKey: readSecret(keyReference.parse(found.apiKeyReference)),
      allowedHosts: parseAllowedHosts(config.tixngo.allowedHosts.join(',')).hosts,
      apiKeyHeader: config.tixngo.apiKeyHeader,
    }),
    scheduleId,
    organizer: schedule.organizer,
    pointOfSalesId: await findPointOfSales(database, scheduleId),
    settings: { ...stored, enforceMandatoryParameters, timeZone: schedule.timeZone },
    batchSize: ticketIterationSize,
    parallelCalls: schedule.parallelCalls,
    selectDue: () => selectDue(database, selection),
  };
}

function readSettings(settings: unknown) {
  const { filters, ...rest } = storedSettings.parse(settings);
  return { ...rest, products: filters.product ?? [] };
}

async function findPointOfSales(database: Database, scheduleId: string): Promise<string | null> {
  const { rows } = await sql<{ id: string | null }>`
    select point_of_sales_id as id from schedule where id = ${scheduleId}
  `.execute(database.kysely);
  return rows[0]?.id ?? null;
}

/** All at once and into memory: a loop that plans nothing can do no better. */
async function selectDue(
  database: Database,
  selection: ReturnType<typeof selectForInject>,
): Promise<readonly string[]> {
  const limit = 2_000_000;
  const candidates = dueCandidates({
    selection,
    after: planStart,
    openedAt: 'infinity',
    upperTicketId: '9223372036854775807',
    limit,
    refusedLimit: limit,
  });
  const { rows } = await sql<{ id: string }>`select id from (${candidates}) due`.execute(database.kysely);
  return rows.map(({ id }) => id);
}

import { sql } from 'kysely';
import type { EventSnapshot, SiteSnapshot } from '../../../core/messages/ticket-snapshot';
import type { TransferRulesMessage } from '../../../core/messages/ticket-message';
import type { Database } from '../../database';
import { toInstantText } from './instant-text';

/** Key of an event: the performance, or the product where a ticket has none (open passes, services). */
export interface EventKey {
  readonly performanceId: string | null;
  readonly productId: string;
}

interface EventRow {
  readonly performanceId: string | null;
  readonly productId: string;
  readonly name: string;
  readonly startsAt: string | null;
  readonly durationMinutes: number | null;
  readonly groupName: string | null;
  readonly groupImage: string | null;
  readonly website: string | null;
  readonly imageUrl: string | null;
  readonly transferRules: TransferRulesMessage | null;
  readonly site: SiteSnapshot | null;
}

/** Text of an event's key, for maps. */
export function eventKeyText(key: EventKey): string {
  return key.performanceId === null ? `product ${key.productId}` : `performance ${key.performanceId}`;
}

/** Loads events as a set; a product without a performance is its own event. */
export async function loadEvents(
  database: Database,
  keys: readonly EventKey[],
): Promise<ReadonlyMap<string, EventSnapshot>> {
  const performances = keys.flatMap((key) => (key.performanceId === null ? [] : [key.performanceId]));
  const products = keys.flatMap((key) => (key.performanceId === null ? [key.productId] : []));
  const { rows } = await sql<EventRow>`
    select pe.id as "performanceId", pr.id as "productId", coalesce(pe.name, pr.name) as name, pe.starts_at as "startsAt",
      pe.duration_minutes as "durationMinutes", pr.group_name as "groupName", pr.group_image_url as "groupImage",
      pr.website, pr.image_url as "imageUrl", pr.transfer_rules as "transferRules",
      case when si.id is not null then jsonb_build_object('name', si.name, 'city', si.city, 'countryCode', si.country_code,
        'zip', si.zip, 'line1', si.line1, 'line2', si.line2, 'line3', si.line3, 'timeZone', si.time_zone) end as site
    from (
      select p.id as performance_id, p.product_id from performance p where p.id = any (${performances}::bigint[])
      union all
      select null, p.id from product p where p.id = any (${products}::bigint[])
    ) wanted
    join product pr on pr.id = wanted.product_id
    left join performance pe on pe.id = wanted.performance_id
    left join site si on si.id = pe.site_id
  `.execute(database.kysely);
  return new Map(rows.map((row) => [eventKeyText(row), toEvent(row)]));
}

function toEvent(row: EventRow): EventSnapshot {
  return {
    id: row.performanceId ?? row.productId,
    name: row.name,
    site: row.site,
    startsAt: toInstantText(row.startsAt),
    durationMinutes: row.durationMinutes,
    group: row.groupName === null ? null : { name: row.groupName, image: row.groupImage },
    website: row.website,
    imageUrl: row.imageUrl,
    transferRules: row.transferRules,
  };
}

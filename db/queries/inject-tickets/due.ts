import { sql } from 'kysely';
import type { PushSelection } from '../push/selection';

export interface InjectSelectionInput {
  readonly organizationId: string;
  readonly scheduleId: string;
  /** Product codes; empty means all. The other filters of domain.md 5.1 belong beside it. */
  readonly products: readonly string[];
  /** Ticket ids that this run leaves out beside the schedule's skip list. */
  readonly skip: readonly string[];
}

/** What inject-tickets takes (domain.md 2, 5.1, 5.2): NOT_PRINTED tickets of the organization that no injection has delivered. */
export function selectForInject(input: InjectSelectionInput): PushSelection {
  return {
    function: 'inject-tickets',
    due: sql<boolean>`(
      t.organization_id = ${input.organizationId}::bigint and t.status = 'NOT_PRINTED' and t.kind = 'TICKET'
      and p.ticket_id is null
      and (${input.products.length === 0}::boolean or t.product_id in (
        select pr.id from product pr
        where pr.organization_id = ${input.organizationId}::bigint and pr.code = any (${input.products}::text[])))
      and not exists (select from skip k where k.schedule_id = ${input.scheduleId}::bigint and k.ticket_id = t.id)
      and (${input.skip.length === 0}::boolean or t.id <> all (${input.skip}::bigint[])))`,
    forceable: sql<boolean>`(
      t.organization_id = ${input.organizationId}::bigint and t.status in ('NOT_PRINTED', 'PRINTED')
      and t.kind = 'TICKET'
      and not exists (select from skip k where k.schedule_id = ${input.scheduleId}::bigint and k.ticket_id = t.id)
      and (${input.skip.length === 0}::boolean or t.id <> all (${input.skip}::bigint[])))`,
  };
}

import type { Pool } from 'pg';
import type { ContactSnapshot, TicketSnapshot } from '../../../core/messages/ticket-snapshot';
import { runPreparedTuples } from '../../prepared';
import { toInstantText } from './instant-text';

/** A ticket as it stands now, with what the batch must compare: its row version and the version of its mark. */
export interface LoadedTicket {
  readonly id: string;
  readonly rowVersion: string;
  readonly markVersion: number;
  readonly markOrganizer: string | null;
  readonly skipped: boolean;
  readonly kind: string;
  readonly organizationId: string;
  readonly performanceId: string | null;
  readonly productId: string;
  readonly ticket: TicketSnapshot;
}

const contactColumns = (alias: string) => `case when ${alias}.id is null then null else json_build_object(
    'title', ${alias}.title, 'gender', ${alias}.gender, 'firstName', ${alias}.first_name,
    'lastName', ${alias}.last_name, 'email', ${alias}.email, 'dateOfBirth', ${alias}.date_of_birth,
    'nationality', ${alias}.nationality, 'idNumber', ${alias}.id_number, 'mobilePhone', ${alias}.mobile_phone,
    'country', ${alias}.country, 'language', ${alias}.language, 'birthRegion', ${alias}.birth_region,
    'birthPlace', ${alias}.birth_place) end`;

const statement = {
  name: 'inject-load-tickets',
  text: `
select t.id, t.xmin::text as "rowVersion", coalesce(p.version, 0) as "markVersion", p.organizer as "markOrganizer",
  exists (select from skip k where k.schedule_id = $2::bigint and k.ticket_id = t.id) as skipped,
  t.kind, t.organization_id as "organizationId", t.performance_id as "performanceId", t.product_id as "productId",
  t.ticket_number, t.status, t.price, t.currency, t.barcode, t.file_id, t.sold_at, t.valid_from, t.valid_to, t.gate, t.block,
  t.seat_row, t.seat, t.sorting_key, ta.name as tariff_name, ca.name as category_name,
  ${contactColumns('receiver')} as receiver,
  case when t.purchaser_id = t.current_contact_id then null else ${contactColumns('purchaser')} end as purchaser,
  t.purchaser_id is not distinct from t.current_contact_id as purchaser_receives,
  case when t.beneficiary_id = t.current_contact_id then null else ${contactColumns('beneficiary')} end as beneficiary,
  t.beneficiary_id is not distinct from t.current_contact_id as beneficiary_receives
from unnest($1::bigint[]) as asked(id) join ticket t on t.id = asked.id
  left join processed p on p.ticket_id = t.id and p.function = 'inject-tickets'
  left join tariff ta on ta.id = t.tariff_id
  left join category ca on ca.id = t.category_id
  left join contact receiver on receiver.id = t.current_contact_id
  left join contact purchaser on purchaser.id = t.purchaser_id and t.purchaser_id is distinct from t.current_contact_id
  left join contact beneficiary on beneficiary.id = t.beneficiary_id
    and t.beneficiary_id is distinct from t.current_contact_id`,
};

/** In the order of the statement's columns. */
type TicketRow = readonly [
  id: string,
  rowVersion: string,
  markVersion: number,
  markOrganizer: string | null,
  skipped: boolean,
  kind: string,
  organizationId: string,
  performanceId: string | null,
  productId: string,
  ticketNumber: string,
  status: string,
  price: string,
  currency: string,
  barcode: string | null,
  fileId: string | null,
  soldAt: string | null,
  validFrom: string | null,
  validTo: string | null,
  gate: string | null,
  block: string | null,
  row: string | null,
  seat: string | null,
  sortingKey: string | null,
  tariffName: string | null,
  categoryName: string | null,
  receiver: ContactSnapshot | null,
  purchaser: ContactSnapshot | null,
  purchaserReceives: boolean,
  beneficiary: ContactSnapshot | null,
  beneficiaryReceives: boolean,
];

/**
 * Loads tickets with the contact who receives a first injection: the cultural contact (domain.md 5.3 rule 1; the rules for reprints choose
 * another contact here). Purchaser and beneficiary travel once when they are the receiver.
 */
export async function loadTickets(
  pool: Pool,
  input: { readonly ticketIds: readonly string[]; readonly scheduleId: string },
): Promise<readonly LoadedTicket[]> {
  const rows = await runPreparedTuples<TicketRow>(pool, statement, [input.ticketIds, input.scheduleId]);
  return rows.map(toLoadedTicket);
}

function toLoadedTicket([
  id,
  rowVersion,
  markVersion,
  markOrganizer,
  skipped,
  kind,
  organizationId,
  performanceId,
  productId,
  ticketNumber,
  status,
  price,
  currency,
  barcode,
  fileId,
  soldAt,
  validFrom,
  validTo,
  gate,
  block,
  row,
  seat,
  sortingKey,
  tariffName,
  categoryName,
  receiver,
  purchaser,
  purchaserReceives,
  beneficiary,
  beneficiaryReceives,
]: TicketRow): LoadedTicket {
  return {
    id,
    rowVersion,
    markVersion,
    markOrganizer,
    skipped,
    kind,
    organizationId,
    performanceId,
    productId,
    ticket: {
      id,
      ticketNumber,
      status,
      price,
      currency,
      barcode,
      fileId,
      soldAt: toInstantText(soldAt),
      validFrom: toInstantText(validFrom),
      validTo: toInstantText(validTo),
      gate,
      block,
      row,
      seat,
      sortingKey,
      tariffName,
      categoryName,
      receiver,
      purchaser: purchaserReceives ? receiver : purchaser,
      beneficiary: beneficiaryReceives ? receiver : beneficiary,
    },
  };
}

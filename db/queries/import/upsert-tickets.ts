import { toInsertNew, toUpsert, type Upsert } from './upsert';

const ROWS = `
  select s.id, o.id as organization_id, s.ticket_number, coalesce(s.kind, present.kind, 'TICKET') as kind,
    coalesce(s.status, present.status, 'NOT_PRINTED') as status, s.invalidation_reason,
    p.id as product_id, f.id as performance_id, t.id as tariff_id, c.id as category_id, m.id as shipment_mode_id,
    s.sales_channel_code, s.price, s.currency, s.barcode, s.file_id, s.sold_at, s.valid_from, s.valid_to,
    s.gate, s.block, s.seat_row, s.seat, s.sorting_key,
    s.purchaser_id, s.initial_contact_id, s.initial_contact_id as current_contact_id, s.beneficiary_id, s.replaces_ticket_id, s.controlled_at
  from staged s
  join organization o on o.code = s.organization
  join product p on p.organization_id = o.id and p.code = s.product
  left join performance f on f.product_id = p.id and f.code = s.performance
  left join tariff t on t.organization_id = o.id and t.code = s.tariff
  left join category c on c.organization_id = o.id and c.code = s.category
  left join shipment_mode m on m.organization_id = o.id and m.code = s.shipment_mode
  left join ticket present on present.id = s.id`;

const TICKETS: Upsert = {
  table: 'ticket',
  key: ['id'],
  columns: [
    'id',
    'organization_id',
    'ticket_number',
    'kind',
    'status',
    'invalidation_reason',
    'product_id',
    'performance_id',
    'tariff_id',
    'category_id',
    'shipment_mode_id',
    'sales_channel_code',
    'price',
    'currency',
    'barcode',
    'file_id',
    'sold_at',
    'valid_from',
    'valid_to',
    'gate',
    'block',
    'seat_row',
    'seat',
    'sorting_key',
    'purchaser_id',
    'initial_contact_id',
    'current_contact_id',
    'beneficiary_id',
    'replaces_ticket_id',
    'controlled_at',
  ],
  rows: ROWS,
  changes: {
    // The file was written before the ticket was injected: it cannot take that back (architecture.md, "Data").
    status: `case when ticket.status = 'PRINTED' and excluded.status = 'NOT_PRINTED' then ticket.status else excluded.status end`,
    // The current contact goes with the initial one until a transfer has moved it (domain.md 1 and 8.4).
    current_contact_id: `case when ticket.current_contact_id is not distinct from ticket.initial_contact_id
      then excluded.initial_contact_id else ticket.current_contact_id end`,
  },
};

/** Writes the staged tickets. What the running product decides (printed, current cultural contact after a transfer) stays. */
export const upsertTickets = toUpsert(TICKETS);

/** Writes those of the staged tickets that are new; goes before `upsertTickets`. */
export const insertNewTickets = toInsertNew(TICKETS);

import { checkCells, type Cells, type CheckedRow, type ColumnRule, type Problem } from './columns';
import { codeRule, idRule, instantRule, priceRule, textRule, wordRule, type ValueRule } from './value-rules';

/** The statuses of a ticket in S-360 (domain.md 1 and 2). */
export const TICKET_STATUSES = ['NOT_PRINTED', 'PRINTED', 'CONTROLLED', 'INVALIDATED', 'CANCELLED'] as const;

/**
 * Contacts that S-360 gives us have ids of at most 15 digits; those that the product creates for transfers (domain.md 8.4) start
 * at 10^15, so that neither ever writes over the other.
 */
export const contactIdRule: ValueRule = idRule(15);
const ticketIdRule = idRule(18);
const text = textRule(10_000);

/** The columns of a ticket file, in staging order. References are S-360's codes, contacts by id. */
export const ticketColumns: readonly ColumnRule[] = [
  mandatory('id', 'id', 'bigint', ticketIdRule),
  mandatory('organization', 'organization', 'text', codeRule),
  mandatory('ticketNumber', 'ticket_number', 'text', textRule(256)),
  optional('kind', 'kind', 'text', wordRule(['TICKET', 'CARD'])),
  optional('status', 'status', 'text', wordRule(TICKET_STATUSES)),
  optional('invalidationReason', 'invalidation_reason', 'text', text),
  mandatory('product', 'product', 'text', codeRule),
  optional('performance', 'performance', 'text', codeRule),
  optional('tariff', 'tariff', 'text', codeRule),
  optional('category', 'category', 'text', codeRule),
  optional('shipmentMode', 'shipment_mode', 'text', codeRule),
  optional('salesChannel', 'sales_channel_code', 'text', codeRule),
  mandatory('price', 'price', 'numeric(14, 2)', priceRule),
  mandatory('currency', 'currency', 'text', textRule(20)),
  optional('barcode', 'barcode', 'text', text),
  optional('fileId', 'file_id', 'bigint', ticketIdRule),
  optional('soldAt', 'sold_at', 'timestamptz', instantRule),
  optional('validFrom', 'valid_from', 'timestamptz', instantRule),
  optional('validTo', 'valid_to', 'timestamptz', instantRule),
  optional('gate', 'gate', 'text', text),
  optional('block', 'block', 'text', text),
  optional('row', 'seat_row', 'text', text),
  optional('seat', 'seat', 'text', text),
  optional('sortingKey', 'sorting_key', 'text', text),
  optional('purchaser', 'purchaser_id', 'bigint', contactIdRule),
  optional('culturalContact', 'initial_contact_id', 'bigint', contactIdRule),
  optional('beneficiary', 'beneficiary_id', 'bigint', contactIdRule),
  optional('replacesTicket', 'replaces_ticket_id', 'bigint', ticketIdRule),
  optional('controlledAt', 'controlled_at', 'timestamptz', instantRule),
];

/** Checks one row of a ticket file by itself; what needs other rows or the database is checked there. */
export function checkTicketRow(cells: Cells): CheckedRow {
  return checkCells(ticketColumns, cells, checkWholeTicket);
}

function checkWholeTicket(valueOf: (name: string) => string | null): readonly Problem[] {
  const problems: Problem[] = [];
  const [from, to] = [valueOf('validFrom'), valueOf('validTo')];
  // Both are UTC texts with a year of four digits; only fractions of a second make the texts differ from the times in order.
  if (from !== null && to !== null && toOrder(from) >= toOrder(to)) {
    problems.push({ column: 'validTo', reason: 'validTo must be later than validFrom' });
  }
  const id = valueOf('id');
  if (id !== null && id === valueOf('replacesTicket')) {
    problems.push({
      column: 'replacesTicket',
      reason: 'replacesTicket must be another ticket: a ticket cannot replace itself',
    });
  }
  return problems;
}

/** `2024-06-14T19:00:00.5Z` without its Z sorts after `2024-06-14T19:00:00`. */
function toOrder(utc: string): string {
  return utc.slice(0, -1);
}

function mandatory(name: string, column: string, type: string, value: ValueRule): ColumnRule {
  return { name, column, type, mandatory: true, value };
}

function optional(name: string, column: string, type: string, value: ValueRule): ColumnRule {
  return { name, column, type, mandatory: false, value };
}

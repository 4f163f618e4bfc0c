import { checkCells, mandatory, optional, type Cells, type CheckedRow, type ColumnRule, type Problem } from './columns';
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
  mandatory('id', ticketIdRule),
  mandatory('organization', codeRule),
  mandatory('ticketNumber', textRule(256)),
  optional('kind', wordRule(['TICKET', 'CARD'])),
  optional('status', wordRule(TICKET_STATUSES)),
  optional('invalidationReason', text),
  mandatory('product', codeRule),
  optional('performance', codeRule),
  optional('tariff', codeRule),
  optional('category', codeRule),
  optional('shipmentMode', codeRule),
  optional('salesChannel', codeRule, 'sales_channel_code'),
  mandatory('price', priceRule),
  mandatory('currency', textRule(20)),
  optional('barcode', text),
  optional('fileId', ticketIdRule),
  optional('soldAt', instantRule),
  optional('validFrom', instantRule),
  optional('validTo', instantRule),
  optional('gate', text),
  optional('block', text),
  optional('row', text, 'seat_row'),
  optional('seat', text),
  optional('sortingKey', text),
  optional('purchaser', contactIdRule, 'purchaser_id'),
  optional('culturalContact', contactIdRule, 'initial_contact_id'),
  optional('beneficiary', contactIdRule, 'beneficiary_id'),
  optional('replacesTicket', ticketIdRule, 'replaces_ticket_id'),
  optional('controlledAt', instantRule),
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

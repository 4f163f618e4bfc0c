const ORGANIZATIONS = 'select id from organization where code in (select organization from staged)';

/**
 * Locks every row that staged tickets refer to as a foreign key would: none can be deleted until the transaction ends. Run before the
 * checks, so that what they find still holds when the tickets are written.
 */
export const lockReferences: readonly string[] = [
  lockRows('organization', `code in (select organization from staged)`),
  ...['product', 'tariff', 'category', 'shipment_mode'].map((table) =>
    lockRows(table, `organization_id in (${ORGANIZATIONS})`),
  ),
  lockRows('performance', `product_id in (select id from product where organization_id in (${ORGANIZATIONS}))`),
  lockRows(
    'contact',
    `id in (select purchaser_id from staged union select initial_contact_id from staged union select beneficiary_id from staged)`,
  ),
  lockRows('ticket', 'id in (select replaces_ticket_id from staged)'),
];

/** Whether this role may write rows without the foreign keys being asked one by one. */
export const mayPassKeys = `select has_parameter_privilege('session_replication_role', 'SET') as allowed`;

// Only foreign keys are triggers here: unique keys, checks and NOT NULL hold as ever.
export const passKeys = 'set local session_replication_role = replica';
export const askKeys = 'set local session_replication_role = origin';

function lockRows(table: string, where: string): string {
  return `select count(*) from (select from ${table} where ${where} for key share) locked`;
}

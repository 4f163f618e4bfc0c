import { type Kysely, sql } from 'kysely';

/** Two files applied at once go one after the other, each seeing what the other wrote. Held until the transaction ends. */
export async function lockConfiguration(transaction: Kysely<unknown>): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('apply configuration'))`.execute(transaction);
}

import { type Kysely, sql } from 'kysely';

/** Takes interfaces and schedules out of use (`apply --prune`); their runs stay on record. */
export async function archiveConfiguration(
  transaction: Kysely<unknown>,
  ids: { readonly interfaces: readonly string[]; readonly schedules: readonly string[] },
): Promise<void> {
  await sql`
    with interfaces as (
      update interface set archived_at = now() where id = any(${ids.interfaces}::bigint[]) and archived_at is null
    )
    update schedule set archived_at = now() where id = any(${ids.schedules}::bigint[]) and archived_at is null`.execute(
    transaction,
  );
}

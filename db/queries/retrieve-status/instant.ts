import { type RawBuilder, sql } from 'kysely';

/** A timestamptz column as ISO 8601 in UTC to the microsecond; the order of such texts is that of time. */
export function isoInstant(column: string): RawBuilder<string> {
  return sql`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

import { sql, type RawBuilder } from 'kysely';

/** A timestamptz column as milliseconds since 1970: raw ones come as text in the session's zone (stack.md). */
export function epochMs(column: string): RawBuilder<number | null> {
  return sql`(extract(epoch from ${sql.ref(column)}) * 1000)::float8`;
}

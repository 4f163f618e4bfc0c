import { type RawBuilder, sql } from 'kysely';

/** Statuses of transfers (domain.md 8.4): the only changes whose e-mails mean contacts. */
export const transferStatuses = ['PENDING_TRANSFER', 'FAILURE_TRANSFER', 'FAILURE', 'TRANSFERRED'] as const;

/** E-mails of a change `h` of the history: sender, recipient, owner. Read as records are: without blanks around, a blank one is not told. */
export const changeEmails = {
  from: emailAt('{transfer,from,email}'),
  to: emailAt('{transfer,to,email}'),
  owner: emailAt('{spectatorDetails,email}'),
};

function emailAt(path: string): RawBuilder<string | null> {
  return sql`nullif(lower(btrim(h.record #>> ${sql.lit(path)}, E' \\t\\n\\r\\x0b\\f\\u00a0\\ufeff')), '')`;
}

/** How Postgres looks e-mails up, as a JSON object of those that are looked up by another text than they are written in. */
export function emailKeys(emails: readonly string[]): RawBuilder<Readonly<Record<string, string>>> {
  return sql`
    select coalesce(json_object_agg(e.email, lower(e.email)), '{}') from unnest(${emails}::text[]) as e(email) where lower(e.email) <> e.email`;
}

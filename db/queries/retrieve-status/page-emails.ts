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

/** The e-mails of a page and of the transfers on record of its tickets, each once, as `email`. */
export function pageEmails(wanted: {
  readonly ticketIds: readonly string[];
  readonly emails: readonly string[];
}): RawBuilder<unknown> {
  return sql`
    select e.email from unnest(${wanted.emails}::text[]) as e(email)
    union
    select m.email
    from unnest(${wanted.ticketIds}::bigint[]) as w(id)
    cross join lateral (select * from mobile_ticket_history x where x.ticket_id = w.id offset 0) h
    cross join lateral (values (${changeEmails.from}), (${changeEmails.to}), (${changeEmails.owner})) as m(email)
    where h.status = any (${transferStatuses}::text[]) and m.email is not null`;
}

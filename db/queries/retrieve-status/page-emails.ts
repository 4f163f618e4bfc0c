import { type RawBuilder, sql } from 'kysely';

/** Statuses of transfers (domain.md 8.4): the only changes whose e-mails mean contacts. */
export const transferStatuses = ['PENDING_TRANSFER', 'FAILURE_TRANSFER', 'FAILURE', 'TRANSFERRED'] as const;

/** E-mails of a change `h` of the history: sender, recipient, owner. */
export const changeEmails = {
  from: sql<string>`lower(h.record #>> '{transfer,from,email}')`,
  to: sql<string>`lower(h.record #>> '{transfer,to,email}')`,
  owner: sql<string>`lower(h.record #>> '{spectatorDetails,email}')`,
};

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

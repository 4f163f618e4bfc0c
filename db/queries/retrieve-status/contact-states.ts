import { type RawBuilder, sql } from 'kysely';
import type { ContactState } from '../../../core/retrieve-status/page-state';
import { isoInstant } from './instant';
import { pageEmails } from './page-emails';

/** Contacts of the e-mails of a page, and those that its tickets were sold to, as one JSON array of `ContactState`. */
export function contactStates(wanted: {
  readonly ticketIds: readonly string[];
  readonly emails: readonly string[];
}): RawBuilder<readonly ContactState[]> {
  return sql`
    select coalesce(json_agg(json_build_object(
      'contactId', c.id::text, 'email', lower(c.email),
      'temporary', coalesce(c.first_name = 'Pending' and c.last_name = 'CREATION', false),
      'hasInternetAccount', c.has_internet_account, 'kind', c.kind,
      'createdAt', ${isoInstant('c.created_at')},
      'filledBy', (select w.change_number from wallet_contact w where w.contact_id = c.id and w.written = wallet_contact_data(c))
    ) order by c.id), '[]')
    from (
      select f.id from (${pageEmails(wanted)}) e
      cross join lateral (select x.id from contact x where lower(x.email) = e.email offset 0) f
      union
      select t.initial_contact_id from unnest(${wanted.ticketIds}::bigint[]) as w(id)
      cross join lateral (select x.initial_contact_id from ticket x where x.id = w.id offset 0) t
    ) named
    cross join lateral (select x.* from contact x where x.id = named.id and x.email is not null offset 0) c`;
}

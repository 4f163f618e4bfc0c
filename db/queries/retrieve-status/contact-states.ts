import { type RawBuilder, sql } from 'kysely';
import type { ContactState } from '../../../core/retrieve-status/page-state';
import { toPlainArray } from '../../prepared';
import { isoInstant } from './instant';

/** Contacts of e-mails (as they are looked up, each once), and those of the given ids, as one JSON array of `ContactState`. */
export function contactStates(wanted: {
  readonly emails: readonly string[];
  readonly contactIds: readonly string[];
}): RawBuilder<readonly ContactState[]> {
  return sql`
    select coalesce(json_agg(json_build_object(
      'contactId', c.id::text, 'email', lower(c.email),
      'temporary', coalesce(c.first_name = 'Pending' and c.last_name = 'CREATION', false),
      'hasInternetAccount', c.has_internet_account, 'kind', c.kind,
      'createdAt', ${isoInstant('c.created_at')},
      'filledBy', (select w.change_number from wallet_contact w where w.contact_id = c.id and w.written = wallet_contact_data(c))
    )), '[]')
    from (
      select f.id from unnest(${wanted.emails}::text[]) as e(email)
      cross join lateral (select x.id from contact x where lower(x.email) = e.email offset 0) f
      union
      select w.id from unnest(${toPlainArray(wanted.contactIds)}::bigint[]) as w(id)
    ) named
    cross join lateral (select x.* from contact x where x.id = named.id and x.email is not null offset 0) c`;
}

import { type Kysely, sql } from 'kysely';
import type { FilledContact, NewContact } from '../../../core/retrieve-status/page-state';
import type { WalletPerson } from '../../../core/retrieve-status/wallet-record';

export interface ContactsToWrite {
  readonly create: readonly NewContact[];
  readonly fill: readonly FilledContact[];
}

/**
 * Creates contacts and fills those that a record may fill; gives the id of each new one by its e-mail (domain.md 8.4). A contact that is neither
 * temporary nor as a later record wrote it is left alone: S-360 changed it (decision 35). An e-mail is kept as the record writes it, but only
 * where that is the e-mail by which the contact is looked up.
 */
export async function writeContacts(
  transaction: Kysely<unknown>,
  contacts: ContactsToWrite,
): Promise<ReadonlyMap<string, string>> {
  if (contacts.create.length + contacts.fill.length === 0) return new Map();
  const create = contacts.create.map(({ email, person, changeNumber }) => ({
    lookup: email,
    change_number: changeNumber,
    ...toColumns(person),
  }));
  const fill = contacts.fill.map(({ contactId, person, changeNumber }) => ({
    contact_id: contactId,
    change_number: changeNumber,
    ...toColumns(person),
  }));
  const { rows } = await sql<{ email: string; id: string }>`
    with fresh as materialized (
      select nextval(pg_get_serial_sequence('contact', 'id')) as id, n.*
      from jsonb_to_recordset(${JSON.stringify(create)}::jsonb) as n(lookup text, change_number bigint, known boolean, ${personColumns})
    ), created as (
      insert into contact as c (id, title, first_name, last_name, email, date_of_birth, nationality, id_number, mobile_phone, country, language,
        has_internet_account, consent_institution, consent_third_party)
      select f.id, f.title, case when f.known then f.first_name else 'Pending' end, case when f.known then f.last_name else 'CREATION' end,
        case when lower(f.email) = f.lookup then f.email else f.lookup end, f.date_of_birth, f.nationality, f.id_number, f.mobile_phone,
        f.country, f.language, f.known, f.consent_institution, f.consent_third_party
      from fresh f
      returning c.id, wallet_contact_data(c) as written
    ), filling as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(fill)}::jsonb) as n(contact_id bigint, change_number bigint, ${personColumns})
    ), filled as (
      update contact c set title = f.title, first_name = f.first_name, last_name = f.last_name,
        email = case when lower(f.email) = lower(c.email) then f.email else c.email end, date_of_birth = f.date_of_birth,
        nationality = f.nationality, id_number = f.id_number, mobile_phone = f.mobile_phone, country = f.country, language = f.language,
        has_internet_account = true, consent_institution = f.consent_institution, consent_third_party = f.consent_third_party
      from filling f
      where c.id = any (array(select contact_id from filling)) and c.id = f.contact_id and ((c.first_name = 'Pending' and c.last_name = 'CREATION') or exists (
        select from wallet_contact w
        where w.contact_id = c.id and w.written = wallet_contact_data(c) and w.change_number > f.change_number))
      returning c.id, f.change_number, wallet_contact_data(c) as written
    ), noted as (
      insert into wallet_contact (contact_id, change_number, written)
      select c.id, f.change_number, c.written from created c join fresh f on f.id = c.id where f.known
      union all select id, change_number, written from filled
      on conflict (contact_id) do update set change_number = excluded.change_number, written = excluded.written
    )
    select lookup as email, id from fresh
  `.execute(transaction);
  return new Map(rows.map(({ email, id }) => [email, id]));
}

const personColumns =
  sql.raw(`title text, first_name text, last_name text, email text, date_of_birth date, nationality text, id_number text,
  mobile_phone text, country text, language text, consent_institution boolean, consent_third_party boolean`);

/** By the names of the columns (domain.md 8.4); a contact of which only the e-mail is known has none. */
function toColumns(person: WalletPerson | null): Readonly<Record<string, unknown>> {
  if (person === null) return { known: false };
  return {
    known: true,
    title: person.title,
    first_name: person.firstName,
    last_name: person.lastName,
    email: person.email,
    date_of_birth: person.dateOfBirth,
    nationality: person.nationality,
    id_number: person.idCardNumber,
    mobile_phone: person.phoneNumber,
    country: person.residenceCountry,
    language: person.language,
    consent_institution: person.allowPromoEmail,
    consent_third_party: person.allowThirdPartyEmail,
  };
}

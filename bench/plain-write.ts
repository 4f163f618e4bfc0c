import type { Pool } from 'pg';
import { runPrepared, toPlainArray } from '../db/prepared';
import type { PlainEffects } from './plain-wallets';

/** One upsert for all tables of a page. */
const statement = {
  name: 'plain-wallets',
  text: `
with given as (
  select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::timestamptz[], $5::jsonb[], $6::integer[], $7::boolean[])
    as g(ticket_id, change_number, status, changed_at, record, transfer_level, is_newest)
), history as (
  insert into mobile_ticket_history (ticket_id, change_number, status, changed_at, record, execution_id)
  select ticket_id, change_number, status, changed_at, record, 0 from given
  on conflict do nothing
), newest as (
  insert into mobile_ticket as old
    (ticket_id, change_number, status, changed_at, transfer_level, owner, holder, details, activation, deletion)
  select ticket_id, change_number, status, changed_at, transfer_level, nullif(record -> 'spectatorDetails', 'null'),
    nullif(record -> 'holder', 'null'), nullif(record -> 'ticketDetails', 'null'), nullif(record -> 'activation', 'null'),
    nullif(record -> 'deletion', 'null')
  from given where is_newest
  on conflict (ticket_id) do update set change_number = excluded.change_number, status = excluded.status,
    changed_at = excluded.changed_at, owner = excluded.owner, holder = excluded.holder, details = excluded.details,
    activation = excluded.activation, transfer_level = excluded.transfer_level, deletion = excluded.deletion, read_at = now()
), people as (
  insert into contact as old (id, email, title, first_name, last_name, date_of_birth, nationality, id_number, mobile_phone, country,
    language, consent_institution, consent_third_party, has_internet_account)
  select p.id, p.email, d ->> 'title', coalesce(d ->> 'firstName', 'Pending'), coalesce(d ->> 'lastName', 'CREATION'),
    (d ->> 'dateOfBirth')::date, d ->> 'nationality', d ->> 'idCardNumber', d ->> 'phoneNumber', d ->> 'residenceCountry',
    d ->> 'language', (d ->> 'allowPromoEmail')::boolean, (d ->> 'allowThirdPartyEmail')::boolean, d is not null
  from unnest($8::bigint[], $9::text[], $10::jsonb[]) as p(id, email, d)
  on conflict (id) do update set title = excluded.title, first_name = excluded.first_name, last_name = excluded.last_name,
    date_of_birth = excluded.date_of_birth, nationality = excluded.nationality, id_number = excluded.id_number,
    mobile_phone = excluded.mobile_phone, country = excluded.country, language = excluded.language,
    consent_institution = excluded.consent_institution, consent_third_party = excluded.consent_third_party,
    has_internet_account = excluded.has_internet_account
), owners as (
  update ticket t set current_contact_id = o.contact_id
  from unnest($11::bigint[], $12::bigint[]) as o(ticket_id, contact_id) where t.id = o.ticket_id
)
insert into distribution as old (ticket_id, first_change_number, old_contact_id, new_contact_id, status, changed_at)
select * from unnest($13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::text[], $18::timestamptz[])
on conflict (ticket_id, first_change_number) do update
  set new_contact_id = excluded.new_contact_id, status = excluded.status, changed_at = excluded.changed_at`,
};

/** Writes what a page changes, in one statement. */
export async function writeWallets(pool: Pool, effects: PlainEffects): Promise<void> {
  const { records, contacts, owners, distribution } = effects;
  const isNewest = new Set(effects.newest);
  await runPrepared(pool, statement, [
    toPlainArray(records.map(({ ticketId }) => ticketId)),
    toPlainArray(records.map(({ changeNumber }) => changeNumber)),
    toPlainArray(records.map(({ status }) => status)),
    toPlainArray(records.map(({ changedAt }) => changedAt)),
    records.map(({ json }) => json),
    records.map(({ transferLevel }) => transferLevel),
    records.map((record) => isNewest.has(record)),
    toPlainArray(contacts.map(({ contactId }) => contactId)),
    contacts.map(({ email }) => email),
    contacts.map(({ person }) => (person === null ? null : JSON.stringify(person))),
    toPlainArray([...owners.keys()]),
    toPlainArray([...owners.values()]),
    toPlainArray(distribution.map(({ ticketId }) => ticketId)),
    toPlainArray(distribution.map(({ firstChangeNumber }) => firstChangeNumber)),
    distribution.map(({ oldContactId }) => oldContactId),
    distribution.map(({ newContactId }) => newContactId),
    toPlainArray(distribution.map(({ status }) => status)),
    toPlainArray(distribution.map(({ changedAt }) => changedAt)),
  ]);
}

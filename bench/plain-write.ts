import type { Pool } from 'pg';
import { runPrepared, toPlainArray } from '../db/prepared';
import type { PlainEffects } from './plain-wallets';

/** One upsert for all tables of a page. */
const statement = {
  name: 'plain-wallets',
  text: `
with given as (
  select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::timestamptz[], $5::jsonb[])
    as g(ticket_id, change_number, status, changed_at, record)
), history as (
  insert into mobile_ticket_history (ticket_id, change_number, status, changed_at, record, execution_id)
  select ticket_id, change_number, status, changed_at, record, 0 from given
  on conflict do nothing
), newest as (
  insert into mobile_ticket as old
    (ticket_id, change_number, status, changed_at, owner, holder, details, activation, transfer_level, deletion)
  select * from unnest($6::bigint[], $7::bigint[], $8::text[], $9::timestamptz[], $10::jsonb[], $11::jsonb[], $12::jsonb[],
    $13::jsonb[], $14::integer[], $15::jsonb[])
  on conflict (ticket_id) do update set change_number = excluded.change_number, status = excluded.status,
    changed_at = excluded.changed_at, owner = excluded.owner, holder = excluded.holder, details = excluded.details,
    activation = excluded.activation, transfer_level = excluded.transfer_level, deletion = excluded.deletion, read_at = now()
), people as (
  insert into contact as old (id, email, title, first_name, last_name, date_of_birth, nationality, id_number, mobile_phone, country,
    language, consent_institution, consent_third_party, has_internet_account)
  select p.id, p.email, d ->> 'title', coalesce(d ->> 'firstName', 'Pending'), coalesce(d ->> 'lastName', 'CREATION'),
    (d ->> 'dateOfBirth')::date, d ->> 'nationality', d ->> 'idCardNumber', d ->> 'phoneNumber', d ->> 'residenceCountry',
    d ->> 'language', (d ->> 'allowPromoEmail')::boolean, (d ->> 'allowThirdPartyEmail')::boolean, d is not null
  from unnest($16::bigint[], $17::text[], $18::jsonb[]) as p(id, email, d)
  on conflict (id) do update set title = excluded.title, first_name = excluded.first_name, last_name = excluded.last_name,
    date_of_birth = excluded.date_of_birth, nationality = excluded.nationality, id_number = excluded.id_number,
    mobile_phone = excluded.mobile_phone, country = excluded.country, language = excluded.language,
    consent_institution = excluded.consent_institution, consent_third_party = excluded.consent_third_party,
    has_internet_account = excluded.has_internet_account
), owners as (
  update ticket t set current_contact_id = o.contact_id
  from unnest($19::bigint[], $20::bigint[]) as o(ticket_id, contact_id) where t.id = o.ticket_id
)
insert into distribution as old (ticket_id, first_change_number, old_contact_id, new_contact_id, status, changed_at)
select * from unnest($21::bigint[], $22::bigint[], $23::bigint[], $24::bigint[], $25::text[], $26::timestamptz[])
on conflict (ticket_id, first_change_number) do update
  set new_contact_id = excluded.new_contact_id, status = excluded.status, changed_at = excluded.changed_at`,
};

/** Writes what a page changes, in one statement. */
export async function writeWallets(pool: Pool, effects: PlainEffects): Promise<void> {
  const { records, newest, contacts, owners, distribution } = effects;
  await runPrepared(pool, statement, [
    toPlainArray(records.map(({ ticketId }) => ticketId)),
    toPlainArray(records.map(({ changeNumber }) => changeNumber)),
    toPlainArray(records.map(({ status }) => status)),
    toPlainArray(records.map(({ changedAt }) => changedAt)),
    records.map(({ json }) => json),
    toPlainArray(newest.map(({ ticketId }) => ticketId)),
    toPlainArray(newest.map(({ changeNumber }) => changeNumber)),
    toPlainArray(newest.map(({ status }) => status)),
    toPlainArray(newest.map(({ changedAt }) => changedAt)),
    newest.map(({ parts }) => parts.owner),
    newest.map(({ parts }) => parts.holder),
    newest.map(({ parts }) => parts.details),
    newest.map(({ parts }) => parts.activation),
    newest.map(({ transferLevel }) => transferLevel),
    newest.map(({ parts }) => parts.deletion),
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

import { findDuplicates } from './problems';
import { toUpsert } from './upsert';

/** What is wrong with staged contacts beyond the single row. */
export const checkContacts: readonly string[] = [findDuplicates('id', 'id')];

/** Writes the staged contacts. `created_at` is when the contact first came, and stays. */
export const upsertContacts = toUpsert({
  table: 'contact',
  key: ['id'],
  columns: [
    'id',
    'title',
    'gender',
    'first_name',
    'last_name',
    'email',
    'date_of_birth',
    'nationality',
    'id_number',
    'mobile_phone',
    'country',
    'language',
    'birth_region',
    'birth_place',
    'kind',
    'has_internet_account',
    'consent_institution',
    'consent_third_party',
  ],
  rows: `
  select id, title, gender, first_name, last_name, email, date_of_birth, nationality, id_number, mobile_phone, country, language,
    birth_region, birth_place, coalesce(kind, 'INDIVIDUAL') as kind, coalesce(has_internet_account, false) as has_internet_account,
    consent_institution, consent_third_party
  from staged`,
});

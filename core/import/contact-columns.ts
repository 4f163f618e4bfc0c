import { checkCells, type Cells, type CheckedRow, type ColumnRule } from './columns';
import { contactIdRule } from './ticket-columns';
import { countryRule, dateRule, flagRule, languageRule, textRule, wordRule, type ValueRule } from './value-rules';

const text = textRule(10_000);

/**
 * The columns of a contact file, in staging order. E-mails and lengths are not judged here: S-360 may hold anything, and message building
 * refuses the ticket that needs them (domain.md 5.6).
 */
export const contactColumns: readonly ColumnRule[] = [
  { name: 'id', column: 'id', type: 'bigint', mandatory: true, value: contactIdRule },
  optional('title', 'title', 'text', text),
  optional('gender', 'gender', 'text', wordRule(['M', 'F', 'U', 'X'])),
  optional('firstName', 'first_name', 'text', text),
  optional('lastName', 'last_name', 'text', text),
  optional('email', 'email', 'text', text),
  optional('dateOfBirth', 'date_of_birth', 'date', dateRule),
  optional('nationality', 'nationality', 'text', countryRule),
  optional('idNumber', 'id_number', 'text', text),
  optional('mobilePhone', 'mobile_phone', 'text', text),
  optional('country', 'country', 'text', countryRule),
  optional('language', 'language', 'text', languageRule),
  optional('birthRegion', 'birth_region', 'text', text),
  optional('birthPlace', 'birth_place', 'text', text),
  optional('kind', 'kind', 'text', wordRule(['INDIVIDUAL', 'RELAY'])),
  optional('hasInternetAccount', 'has_internet_account', 'boolean', flagRule),
  optional('consentInstitution', 'consent_institution', 'boolean', flagRule),
  optional('consentThirdParty', 'consent_third_party', 'boolean', flagRule),
];

/** Checks one row of a contact file by itself. */
export function checkContactRow(cells: Cells): CheckedRow {
  return checkCells(contactColumns, cells);
}

function optional(name: string, column: string, type: string, value: ValueRule): ColumnRule {
  return { name, column, type, mandatory: false, value };
}

import { checkCells, mandatory, optional, type Cells, type CheckedRow, type ColumnRule } from './columns';
import { contactIdRule } from './ticket-columns';
import { countryRule, dateRule, flagRule, languageRule, textRule, wordRule } from './value-rules';

const text = textRule(10_000);

/**
 * The columns of a contact file, in staging order. E-mails and lengths are not judged here: S-360 may hold anything, and message building
 * refuses the ticket that needs them (domain.md 5.6).
 */
export const contactColumns: readonly ColumnRule[] = [
  mandatory('id', contactIdRule),
  optional('title', text),
  optional('gender', wordRule(['M', 'F', 'U', 'X'])),
  optional('firstName', text),
  optional('lastName', text),
  optional('email', text),
  optional('dateOfBirth', dateRule),
  optional('nationality', countryRule),
  optional('idNumber', text),
  optional('mobilePhone', text),
  optional('country', countryRule),
  optional('language', languageRule),
  optional('birthRegion', text),
  optional('birthPlace', text),
  optional('kind', wordRule(['INDIVIDUAL', 'RELAY'])),
  optional('hasInternetAccount', flagRule),
  optional('consentInstitution', flagRule),
  optional('consentThirdParty', flagRule),
];

/** Checks one row of a contact file by itself. */
export function checkContactRow(cells: Cells): CheckedRow {
  return checkCells(contactColumns, cells);
}

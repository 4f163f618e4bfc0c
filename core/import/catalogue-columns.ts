import { checkCells, mandatory, optional, type Cells, type CheckedRow, type ColumnRule, type Problem } from './columns';
import { keyValuesRule, textsRule, transferRulesRule, translationsRule } from './json-rules';
import {
  codeRule,
  countRule,
  countryRule,
  flagRule,
  instantRule,
  textRule,
  timeZoneRule,
  wordRule,
} from './value-rules';

/** The kinds of a catalogue line, in the order in which they are written: each refers only to kinds before it. */
export const CATALOGUE_KINDS = [
  'organization',
  'point_of_sales',
  'season',
  'site',
  'ticket_model',
  'product',
  'performance',
  'tariff',
  'category',
  'shipment_mode',
] as const;
export type CatalogueKind = (typeof CATALOGUE_KINDS)[number];

const name = mandatory('name', textRule(1_000));
const code = mandatory('code', codeRule);
const organization = mandatory('organization', codeRule);
const nameTranslations = optional('nameTranslations', translationsRule);
const comfortVariables = optional('comfortVariables', textsRule);
const text = textRule(10_000);

/** What a line of each kind may hold beside `kind`. `organization`, `product`, `site`, `season` and `ticketModel` are codes. */
export const catalogueColumns: Readonly<Record<CatalogueKind, readonly ColumnRule[]>> = {
  organization: [code, name, mandatory('timeZone', timeZoneRule)],
  point_of_sales: [
    organization,
    mandatory('salesChannel', codeRule, 'sales_channel_code'),
    mandatory('pos', codeRule, 'pos_code'),
    name,
  ],
  season: [organization, code, name, mandatory('startsAt', instantRule), mandatory('endsAt', instantRule)],
  site: [
    organization,
    code,
    name,
    nameTranslations,
    optional('city', text),
    optional('cityTranslations', translationsRule),
    optional('country', countryRule, 'country_code'),
    optional('zip', text),
    optional('line1', text),
    optional('line2', text),
    optional('line3', text),
    mandatory('timeZone', timeZoneRule),
  ],
  ticket_model: [organization, code, name, optional('blockchain', flagRule)],
  product: [
    organization,
    code,
    name,
    nameTranslations,
    mandatory(
      'family',
      wordRule(['SINGLE_ENTRY', 'COMPETITION', 'OPEN_PASS', 'SERVICE', 'MEMBERSHIP', 'SEASON_TICKET']),
    ),
    optional('activity', codeRule),
    optional('season', codeRule),
    optional('ticketModel', codeRule),
    optional('groupName', text),
    optional('groupNameTranslations', translationsRule),
    optional('groupImageUrl', text),
    optional('imageUrl', text),
    optional('website', text),
    optional('metadata', keyValuesRule),
    optional('transferRules', transferRulesRule),
    comfortVariables,
  ],
  performance: [
    organization,
    mandatory('product', codeRule),
    code,
    name,
    nameTranslations,
    mandatory('site', codeRule),
    mandatory('startsAt', instantRule),
    optional('durationMinutes', countRule),
    optional('hostTeam', text),
    optional('opposingTeam', text),
    comfortVariables,
  ],
  tariff: [organization, code, name],
  category: [organization, code, name],
  shipment_mode: [organization, code, name],
};

/** Whether `word` is a kind of catalogue line. */
export function isCatalogueKind(word: unknown): word is CatalogueKind {
  return CATALOGUE_KINDS.some((kind) => kind === word);
}

/** Checks one line of a catalogue file by itself. */
export function checkCatalogueRow(kind: CatalogueKind, cells: Cells): CheckedRow {
  return checkCells(catalogueColumns[kind], cells, kind === 'season' ? checkSeason : undefined);
}

function checkSeason(valueOf: (column: string) => string | null): readonly Problem[] {
  const [starts, ends] = [valueOf('startsAt'), valueOf('endsAt')];
  if (starts === null || ends === null || starts.slice(0, -1) < ends.slice(0, -1)) return [];
  return [{ column: 'endsAt', reason: 'endsAt must be later than startsAt' }];
}

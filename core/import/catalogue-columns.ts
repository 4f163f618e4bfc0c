import { checkCells, type Cells, type CheckedRow, type ColumnRule, type Problem } from './columns';
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
  type ValueRule,
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

const name = mandatory('name', 'name', textRule(1_000));
const code = mandatory('code', 'code', codeRule);
const organization = mandatory('organization', 'organization', codeRule);
const nameTranslations = optional('nameTranslations', 'name_translations', translationsRule, 'jsonb');
const comfortVariables = optional('comfortVariables', 'comfort_variables', textsRule, 'jsonb');
const text = textRule(10_000);

/** What a line of each kind may hold beside `kind`. `organization`, `product`, `site`, `season` and `ticketModel` are codes. */
export const catalogueColumns: Readonly<Record<CatalogueKind, readonly ColumnRule[]>> = {
  organization: [code, name, mandatory('timeZone', 'time_zone', timeZoneRule)],
  point_of_sales: [
    organization,
    mandatory('salesChannel', 'sales_channel_code', codeRule),
    mandatory('pos', 'pos_code', codeRule),
    name,
  ],
  season: [
    organization,
    code,
    name,
    mandatory('startsAt', 'starts_at', instantRule, 'timestamptz'),
    mandatory('endsAt', 'ends_at', instantRule, 'timestamptz'),
  ],
  site: [
    organization,
    code,
    name,
    nameTranslations,
    optional('city', 'city', text),
    optional('cityTranslations', 'city_translations', translationsRule, 'jsonb'),
    optional('country', 'country_code', countryRule),
    optional('zip', 'zip', text),
    optional('line1', 'line1', text),
    optional('line2', 'line2', text),
    optional('line3', 'line3', text),
    mandatory('timeZone', 'time_zone', timeZoneRule),
  ],
  ticket_model: [organization, code, name, optional('blockchain', 'blockchain', flagRule, 'boolean')],
  product: [
    organization,
    code,
    name,
    nameTranslations,
    mandatory(
      'family',
      'family',
      wordRule(['SINGLE_ENTRY', 'COMPETITION', 'OPEN_PASS', 'SERVICE', 'MEMBERSHIP', 'SEASON_TICKET']),
    ),
    optional('activity', 'activity', codeRule),
    optional('season', 'season', codeRule),
    optional('ticketModel', 'ticket_model', codeRule),
    optional('groupName', 'group_name', text),
    optional('groupNameTranslations', 'group_name_translations', translationsRule, 'jsonb'),
    optional('groupImageUrl', 'group_image_url', text),
    optional('imageUrl', 'image_url', text),
    optional('website', 'website', text),
    optional('metadata', 'metadata', keyValuesRule, 'jsonb'),
    optional('transferRules', 'transfer_rules', transferRulesRule, 'jsonb'),
    comfortVariables,
  ],
  performance: [
    organization,
    mandatory('product', 'product', codeRule),
    code,
    name,
    nameTranslations,
    mandatory('site', 'site', codeRule),
    mandatory('startsAt', 'starts_at', instantRule, 'timestamptz'),
    optional('durationMinutes', 'duration_minutes', countRule, 'integer'),
    optional('hostTeam', 'host_team', text),
    optional('opposingTeam', 'opposing_team', text),
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

function mandatory(columnName: string, column: string, value: ValueRule, type = 'text'): ColumnRule {
  return { name: columnName, column, type, mandatory: true, value };
}

function optional(columnName: string, column: string, value: ValueRule, type = 'text'): ColumnRule {
  return { name: columnName, column, type, mandatory: false, value };
}

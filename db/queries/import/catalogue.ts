import { CATALOGUE_KINDS, catalogueColumns, type CatalogueKind } from '../../../core/import/catalogue-columns';
import { findProblems, type RowCheck } from './problems';
import { toUpsert } from './upsert';

/** How the codes of a catalogue line become keys, and what makes a line unique. */
interface KindRules {
  readonly references: readonly Reference[];
  readonly key: readonly string[];
  /** Values of columns that S-360 may leave empty but the schema does not. */
  readonly defaults?: Readonly<Record<string, string>>;
}

interface Reference {
  /** The column of the file, which is also the table's name, and the key column that it becomes. */
  readonly column: string;
  readonly label: string;
  readonly key: string;
  readonly join: string;
}

const ORGANIZATION: Reference = {
  column: 'organization',
  label: 'organization',
  key: 'organization_id',
  join: 'left join organization on organization.code = s.organization',
};
const PRODUCT = withinOrganization('product', 'product');
const OF_ORGANIZATION: KindRules = { references: [ORGANIZATION], key: ['organization_id', 'code'] };

const RULES: Readonly<Record<CatalogueKind, KindRules>> = {
  organization: { references: [], key: ['code'] },
  point_of_sales: { references: [ORGANIZATION], key: ['organization_id', 'sales_channel_code', 'pos_code'] },
  season: OF_ORGANIZATION,
  site: OF_ORGANIZATION,
  ticket_model: { ...OF_ORGANIZATION, defaults: { blockchain: 'false' } },
  product: {
    references: [
      ORGANIZATION,
      withinOrganization('season', 'season'),
      withinOrganization('ticket_model', 'ticketModel'),
    ],
    key: ['organization_id', 'code'],
    defaults: { metadata: `'[]'`, comfort_variables: `'{}'` },
  },
  performance: {
    references: [ORGANIZATION, PRODUCT, withinOrganization('site', 'site')],
    key: ['product_id', 'code'],
    defaults: { comfort_variables: `'{}'` },
  },
  tariff: OF_ORGANIZATION,
  category: OF_ORGANIZATION,
  shipment_mode: OF_ORGANIZATION,
};

/** The checks of one kind and the statement that writes it. Kinds go one after the other: a product may refer to a season of the same file. */
export interface CatalogueStep {
  readonly kind: CatalogueKind;
  readonly checks: readonly string[];
  readonly deleteBad: string;
  readonly upsert: string;
}

export const catalogueSteps: readonly CatalogueStep[] = CATALOGUE_KINDS.map((kind) => {
  const rules = RULES[kind];
  const source = toSource(kind, rules.references);
  const checks = [...toReferenceChecks(rules.references), ...toZoneChecks(kind)];
  return {
    kind,
    checks: [...(checks.length > 0 ? [findProblems(source, checks)] : []), findDuplicateLines(kind, source, rules.key)],
    deleteBad: `delete from staged s using problem p where s.line = p.line and s.kind = '${kind}'`,
    upsert: toKindUpsert(kind, source, rules),
  };
});

function withinOrganization(table: string, label: string): Reference {
  return {
    column: table,
    label,
    key: `${table}_id`,
    join: `left join ${table} on ${table}.organization_id = organization.id and ${table}.code = s.${table}`,
  };
}

/** The lines of one kind with their columns typed, and every reference joined. */
function toSource(kind: CatalogueKind, references: readonly Reference[]): string {
  const record = catalogueColumns[kind].map(({ column, type }) => `${column} ${type}`).join(', ');
  return `(
    select staged.line, r.* from staged cross join lateral jsonb_to_record(staged.content) as r (${record}) where staged.kind = '${kind}'
  ) s ${references.map(({ join }) => join).join(' ')}`;
}

function toReferenceChecks(references: readonly Reference[]): readonly RowCheck[] {
  return references.map(({ column, label }) => ({
    column: label,
    bad:
      column === 'organization'
        ? 's.organization is not null and organization.id is null'
        : `s.${column} is not null and organization.id is not null and ${column}.id is null`,
    reason: `is not in the catalogue${column === 'organization' ? '' : ' of this organization'}, nor in this file`,
  }));
}

function toZoneChecks(kind: CatalogueKind): readonly RowCheck[] {
  if (!catalogueColumns[kind].some(({ column }) => column === 'time_zone')) return [];
  // Both systems must know it: this program checked its own list while reading.
  return [
    {
      column: 'timeZone',
      bad: 's.time_zone is not null and s.time_zone not in (select name from pg_timezone_names)',
      reason: 'must be an IANA time zone that the database knows',
    },
  ];
}

/** Lines of the same kind and key; references stand for their codes by their ids. */
function findDuplicateLines(kind: CatalogueKind, source: string, key: readonly string[]): string {
  const columns = key
    .map((column) => (column.endsWith('_id') ? `${column.slice(0, -3)}.id` : `s.${column}`))
    .join(', ');
  return `
  insert into problem
  select line, 'code', 'this ${kind.replaceAll('_', ' ')} stands in line ' || (case when line = first then second else first end) || ' too: a file may hold each only once'
  from (
    select s.line, first_value(s.line) over w as first, nth_value(s.line, 2) over w as second
    from ${source} where (${columns}) is not null
    window w as (partition by ${columns} order by s.line rows between unbounded preceding and unbounded following)
  ) d where second is not null`;
}

function toKindUpsert(kind: CatalogueKind, source: string, rules: KindRules): string {
  const { references, defaults = {} } = rules;
  const stored = storedReferences(kind, references);
  const own = catalogueColumns[kind]
    .map(({ column }) => column)
    .filter((column) => !references.some((reference) => reference.column === column));
  const select = [
    ...stored.map((reference) => `${reference.column}.id as ${reference.key}`),
    ...own.map((column) => {
      const fallback = defaults[column];
      return fallback === undefined ? `s.${column}` : `coalesce(s.${column}, ${fallback}) as ${column}`;
    }),
  ];
  return toUpsert({
    table: kind,
    key: rules.key,
    columns: [...stored.map((reference) => reference.key), ...own],
    rows: `select ${select.join(', ')} from ${source}`,
  });
}

/** A performance finds its product by the organization, but stores the product only. */
function storedReferences(kind: CatalogueKind, references: readonly Reference[]): readonly Reference[] {
  return kind === 'performance' ? references.filter((reference) => reference !== ORGANIZATION) : references;
}

import { toCanonicalJson } from '../../core/messages/canonical-json';
import type { ConfigFile } from './config-file';
import { toInterfaceFields, toScheduleFields, type Fields } from './fields';
import type { SavedConfiguration } from './saved';

/** A field under its name in the file that gets another value; null: it has none. Addresses of people show as how many there are. */
export interface FieldChange {
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** What happens to one interface or schedule. */
export interface Change {
  readonly change: 'create' | 'update' | 'restore' | 'archive';
  readonly kind: 'interface' | 'schedule';
  /** `interface`, or `interface/schedule`. */
  readonly name: string;
  readonly fields: readonly FieldChange[];
}

/** All that the file changes in the database, interfaces first. Equal values make no change. */
export function diffConfiguration(
  file: ConfigFile,
  saved: SavedConfiguration,
  options: { readonly prune: boolean },
): readonly Change[] {
  return [
    ...file.interfaces.flatMap((entry) => {
      const before = saved.interfaces.find(({ name }) => name === entry.name);
      return toChange(
        { kind: 'interface', name: entry.name },
        before && { fields: toInterfaceFields(before), archived: before.archived },
        toInterfaceFields(entry),
      );
    }),
    ...file.schedules.flatMap((entry) => {
      const before = saved.schedules.find(
        ({ name, interface: on }) => name === entry.name && on === entry.interfaceName,
      );
      const written = { ...entry, pointOfSales: toPointOfSales(entry) };
      const name = `${entry.interfaceName}/${entry.name}`;
      return toChange(
        { kind: 'schedule', name },
        before && { fields: toScheduleFields(before), archived: before.archived },
        toScheduleFields(written),
      );
    }),
    ...(options.prune ? listPruned(file, saved) : []),
  ];
}

/** As the file writes it; null for a function that prints nothing. */
function toPointOfSales(entry: ConfigFile['schedules'][number]): string | null {
  if (!('pointOfSales' in entry)) return null;
  return `${entry.pointOfSales.salesChannelCode};${entry.pointOfSales.posCode}`;
}

/** What the file lacks within the organizations that it names. */
function listPruned(file: ConfigFile, saved: SavedConfiguration): readonly Change[] {
  const organizations = new Set(file.interfaces.map(({ organization }) => organization));
  const interfaces = new Set(file.interfaces.map(({ name }) => name));
  const schedules = new Set(file.schedules.map(({ interfaceName, name }) => `${interfaceName}/${name}`));
  const archive = (kind: Change['kind'], name: string): Change => ({ change: 'archive', kind, name, fields: [] });
  return [
    ...saved.schedules
      .filter(
        (row) => !row.archived && organizations.has(row.organization) && !schedules.has(`${row.interface}/${row.name}`),
      )
      .map((row) => archive('schedule', `${row.interface}/${row.name}`)),
    ...saved.interfaces
      .filter((row) => !row.archived && organizations.has(row.organization) && !interfaces.has(row.name))
      .map((row) => archive('interface', row.name)),
  ];
}

function toChange(
  { kind, name }: Pick<Change, 'kind' | 'name'>,
  before: { readonly fields: Fields; readonly archived: boolean } | undefined,
  after: Fields,
): readonly Change[] {
  const fields = [...new Set([...Object.keys(before?.fields ?? {}), ...Object.keys(after)])].flatMap((field) => {
    const [from, to] = [before?.fields[field] ?? null, after[field] ?? null];
    return toCanonicalJson(from) === toCanonicalJson(to)
      ? []
      : [{ field, from: show(field, from), to: show(field, to) }];
  });
  if (before === undefined) return [{ change: 'create', kind, name, fields }];
  if (before.archived) return [{ change: 'restore', kind, name, fields }];
  return fields.length === 0 ? [] : [{ change: 'update', kind, name, fields }];
}

/** What stands in the diff: addresses of people stay out of terminals and logs. */
function show(field: string, value: unknown): unknown {
  if (field === 'notify' && Array.isArray(value))
    return value.length === 1 ? '1 address' : `${String(value.length)} addresses`;
  return field === 'login' && value !== null ? '1 address' : value;
}

import { toCanonicalJson } from '../../core/messages/canonical-json';
import type { ConfigFile } from './config-file';
import type { SavedConfiguration } from './saved';

/** A field that gets another value; null: it has none. Addresses of people show as how many there are. */
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

type Fields = Readonly<Record<string, unknown>>;

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
      const { pointOfSales, ...rest } = entry;
      const written = { ...rest, pointOfSales: `${pointOfSales.salesChannelCode};${pointOfSales.posCode}` };
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

interface InterfaceLike {
  readonly organization: string;
  readonly organizer: string;
  readonly type: string;
  readonly url: string;
  readonly login?: string | null;
  readonly apiKey: unknown;
  readonly notify: readonly string[];
  readonly parameters: unknown;
  readonly parametersText: string;
}

function toInterfaceFields(entry: InterfaceLike): Fields {
  const { organization, organizer, type, url, login, apiKey, notify, parameters, parametersText } = entry;
  return {
    organization,
    organizer,
    type,
    url,
    login,
    apiKey,
    notify,
    parametersText,
    ...flatten('parameters', parameters),
  };
}

interface ScheduleLike {
  readonly function: string;
  readonly launch: string;
  readonly timing?: unknown;
  readonly batchSize?: number | null;
  readonly pointOfSales: string | null;
  readonly settings: unknown;
}

function toScheduleFields(entry: ScheduleLike): Fields {
  const { launch, timing, batchSize, pointOfSales, settings } = entry;
  return { function: entry.function, launch, timing, batchSize, pointOfSales, ...flatten('settings', settings) };
}

/** One field per name of an object, so that a change shows what changed in it. */
function flatten(prefix: string, value: unknown): Fields {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([name, inner]) => [`${prefix}.${name}`, toPlain(inner)]),
  );
}

/** A value as JSON keeps it: without what is undefined. */
function toPlain(value: unknown): unknown {
  const text = JSON.stringify(value);
  return JSON.parse(text);
}

/** E-mail addresses stay out of terminals and logs. */
function show(field: string, value: unknown): unknown {
  if (field === 'notify' && Array.isArray(value)) return `${String(value.length)} recipient(s)`;
  return field === 'login' && value !== null ? 'an address' : value;
}

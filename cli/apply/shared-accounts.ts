import type { ConfigFile, FileWarning } from './config-file';
import { toField } from './parse-config';
import type { Path } from './parse-yaml';
import type { SavedConfiguration } from './saved';

interface Surroundings {
  readonly file: string;
  readonly lineOf: (path: Path) => number;
  readonly saved: SavedConfiguration;
  readonly prune: boolean;
}

interface Reader {
  readonly name: string;
  readonly organizer: string | undefined;
  /** Its place in the file; undefined for a saved schedule that stays beside those of the file. */
  readonly index?: number;
}

/** AUTOMATIC retrieve-status schedules that read the same TIXNGO account: only one can run at a time (domain.md 8.1), so the others' starts are SKIPPED. */
export function findSharedAccounts(config: ConfigFile, surroundings: Surroundings): readonly FileWarning[] {
  const { file, lineOf } = surroundings;
  const saved = listSavedReaders(config, surroundings);
  const own = listReaders(config, surroundings);
  return own.flatMap((reader, position) => {
    const other = [...saved, ...own.slice(0, position)].find(({ organizer }) => organizer === reader.organizer);
    if (other === undefined || reader.organizer === undefined || reader.index === undefined) return [];
    const path = ['schedules', reader.index, 'launch'];
    const message = `${other.name} reads the TIXNGO account ${reader.organizer} by itself too: only one can run at a time, a start beside it is SKIPPED`;
    return [{ file, line: lineOf(path), field: toField(path), message }];
  });
}

function listReaders(config: ConfigFile, { saved }: Surroundings): readonly Reader[] {
  return config.schedules.flatMap((entry, index) => {
    if (entry.function !== 'retrieve-status' || entry.launch !== 'AUTOMATIC') return [];
    const isOwner = ({ name }: { readonly name: string }): boolean => name === entry.interfaceName;
    const organizer = (config.interfaces.find(isOwner) ?? saved.interfaces.find(isOwner))?.organizer;
    return [{ name: `${entry.interfaceName}/${entry.name}`, organizer, index }];
  });
}

/** Those that the file does not name and that stay. */
function listSavedReaders(config: ConfigFile, { saved, prune }: Surroundings): readonly Reader[] {
  const named = new Set(config.schedules.map((entry) => `${entry.interfaceName}/${entry.name}`));
  const organizations = new Set(config.interfaces.map(({ organization }) => organization));
  return saved.schedules
    .filter((row) => row.function === 'retrieve-status' && row.launch === 'AUTOMATIC' && !row.archived)
    .filter((row) => !(prune && organizations.has(row.organization)))
    .map((row) => ({
      name: `${row.interface}/${row.name}`,
      organizer: [...config.interfaces, ...saved.interfaces].find(({ name }) => name === row.interface)?.organizer,
    }))
    .filter(({ name }) => !named.has(name));
}

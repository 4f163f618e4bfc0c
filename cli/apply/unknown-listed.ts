import type { Database } from '../../db/database';
import { findUnknown } from '../forced';
import { listTickets, ticketAdvice } from '../tickets';
import type { ConfigFile, FileWarning } from './config-file';
import { toField } from './parse-config';
import type { Path } from './parse-yaml';
import type { SavedConfiguration } from './saved';

interface Surroundings {
  readonly file: string;
  readonly lineOf: (path: Path) => number;
  readonly saved: SavedConfiguration;
}

const CONSEQUENCES = {
  force: 'until there is, a run leaves it out and ends in WARNING',
  skip: 'until there is, it leaves nothing out',
} as const;

/** Forced and skipped numbers of the file that name no ticket: no mistake, for the tickets may come later (domain.md 5.2). */
export async function findListedWithoutTicket(
  database: Database,
  config: ConfigFile,
  { file, lineOf, saved }: Surroundings,
): Promise<readonly FileWarning[]> {
  const lists = config.schedules.flatMap(({ interfaceName, settings }, index) => {
    const owner = [...config.interfaces, ...saved.interfaces].find(({ name }) => name === interfaceName);
    if (owner === undefined) return [];
    const common = { index, organization: owner.organization };
    return [
      ...('force' in settings ? [{ ...common, field: 'force' as const, references: settings.force }] : []),
      { ...common, field: 'skip' as const, references: settings.skip },
    ];
  });
  const warnings = await Promise.all(
    lists.map(async ({ index, organization, field, references }): Promise<readonly FileWarning[]> => {
      const unknown = await findUnknown(database, { organization, references });
      if (unknown === undefined) return [];
      const path = ['schedules', index, field];
      const message = `there is no ticket ${listTickets(unknown.missing)} in ${organization}; ${CONSEQUENCES[field]}. ${ticketAdvice}`;
      return [{ file, line: lineOf(path), field: toField(path), message }];
    }),
  );
  return warnings.flat();
}

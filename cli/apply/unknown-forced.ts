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

/** Forced numbers of the file that name no ticket: no mistake, for the tickets may come later (domain.md 5.2). */
export async function findForcedWithoutTicket(
  database: Database,
  config: ConfigFile,
  { file, lineOf, saved }: Surroundings,
): Promise<readonly FileWarning[]> {
  const warnings = await Promise.all(
    config.schedules.map(async (schedule, index): Promise<readonly FileWarning[]> => {
      const owner = [...config.interfaces, ...saved.interfaces].find(({ name }) => name === schedule.interfaceName);
      if (owner === undefined || !('force' in schedule.settings)) return [];
      const { organization } = owner;
      const unknown = await findUnknown(database, { organization, references: schedule.settings.force });
      if (unknown === undefined) return [];
      const path = ['schedules', index, 'force'];
      const message = `there is no ticket ${listTickets(unknown.missing)} in ${organization}; until there is, a run leaves it out and ends in WARNING. ${ticketAdvice}`;
      return [{ file, line: lineOf(path), field: toField(path), message }];
    }),
  );
  return warnings.flat();
}

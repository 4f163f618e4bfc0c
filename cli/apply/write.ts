import type { Kysely } from 'kysely';
import { archiveConfiguration } from '../../db/queries/configuration/archive';
import { writeInterfaces } from '../../db/queries/configuration/write-interfaces';
import { writeSchedules, type ScheduleToWrite } from '../../db/queries/configuration/write-schedules';
import { writeSlots } from '../../db/queries/configuration/write-slots';
import type { ConfigFile } from './config-file';
import type { Change } from './diff';
import type { SavedConfiguration } from './saved';

/** Writes what changed, in the caller's transaction. */
export async function writeConfiguration(
  transaction: Kysely<unknown>,
  file: ConfigFile,
  { saved, changes }: { readonly saved: SavedConfiguration; readonly changes: readonly Change[] },
): Promise<void> {
  const pruned = (kind: Change['kind']): ReadonlySet<string> =>
    new Set(changes.filter((change) => change.kind === kind && change.change === 'archive').map(({ name }) => name));
  const written = (kind: Change['kind']): ReadonlySet<string> =>
    new Set(changes.filter((change) => change.kind === kind && change.change !== 'archive').map(({ name }) => name));
  // First what goes: the organization of a pruned interface is free for its successor then.
  await archiveConfiguration(transaction, {
    interfaces: saved.interfaces.filter(({ name }) => pruned('interface').has(name)).map(({ id }) => id),
    schedules: saved.schedules
      .filter((row) => pruned('schedule').has(`${row.interface}/${row.name}`))
      .map(({ id }) => id),
  });
  await writeInterfaces(
    transaction,
    file.interfaces
      .filter(({ name }) => written('interface').has(name))
      .map(({ login, ...entry }) => ({
        ...entry,
        login: login ?? null,
        parallelCalls: entry.parameters.parallelCalls,
      })),
  );
  const schedules = file.schedules.filter((entry) => written('schedule').has(`${entry.interfaceName}/${entry.name}`));
  await writeSchedules(
    transaction,
    schedules.map((entry) => toRow(entry, file, saved)),
  );
  await writeSlots(transaction);
}

function toRow(entry: ConfigFile['schedules'][number], file: ConfigFile, saved: SavedConfiguration): ScheduleToWrite {
  const { interfaceName, name, launch, timing, batchSize, settings } = entry;
  const pointOfSales = 'pointOfSales' in entry ? entry.pointOfSales : undefined;
  const before = saved.schedules.find((row) => row.interface === interfaceName && row.name === name);
  const owner =
    file.interfaces.find((row) => row.name === interfaceName) ??
    saved.interfaces.find((row) => row.name === interfaceName);
  const pos = saved.pointsOfSales.find(
    (row) =>
      row.organization === owner?.organization &&
      row.salesChannelCode === pointOfSales?.salesChannelCode &&
      row.posCode === pointOfSales.posCode,
  );
  return {
    interface: interfaceName,
    name,
    function: entry.function,
    launch,
    settings,
    ...(before !== undefined && { id: before.id }),
    ...(timing !== undefined && { timing }),
    ...(batchSize !== undefined && { batchSize }),
    ...(pos !== undefined && { pointOfSalesId: pos.id }),
  };
}

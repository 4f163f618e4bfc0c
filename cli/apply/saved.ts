import type { Kysely } from 'kysely';
import { listOrganizations, type OrganizationRow } from '../../db/queries/configuration/list-organizations';
import { listPointsOfSales, type PointOfSalesRow } from '../../db/queries/configuration/list-points-of-sales';
import { listSavedInterfaces, type SavedInterface } from '../../db/queries/configuration/list-saved-interfaces';
import { listSavedSchedules, type SavedSchedule } from '../../db/queries/configuration/list-saved-schedules';

/** What the database holds that a configuration file is compared with. */
export interface SavedConfiguration {
  readonly organizations: readonly OrganizationRow[];
  readonly pointsOfSales: readonly PointOfSalesRow[];
  readonly interfaces: readonly SavedInterface[];
  readonly schedules: readonly SavedSchedule[];
}

export async function loadSavedConfiguration(connection: Kysely<unknown>): Promise<SavedConfiguration> {
  return {
    organizations: await listOrganizations(connection),
    pointsOfSales: await listPointsOfSales(connection),
    interfaces: await listSavedInterfaces(connection),
    schedules: await listSavedSchedules(connection),
  };
}

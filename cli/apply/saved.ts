import type { Kysely } from 'kysely';
import { listOrganizations, type OrganizationRow } from '../../db/queries/configuration/list-organizations';
import { listPointsOfSales, type PointOfSalesRow } from '../../db/queries/configuration/list-points-of-sales';
import { listProducts, type ProductRow } from '../../db/queries/configuration/list-products';
import { listSavedInterfaces, type SavedInterface } from '../../db/queries/configuration/list-saved-interfaces';
import { listSavedSchedules, type SavedSchedule } from '../../db/queries/configuration/list-saved-schedules';

/** What the database holds that a configuration file is compared with. */
export interface SavedConfiguration {
  readonly organizations: readonly OrganizationRow[];
  readonly pointsOfSales: readonly PointOfSalesRow[];
  readonly products: readonly ProductRow[];
  readonly interfaces: readonly SavedInterface[];
  readonly schedules: readonly SavedSchedule[];
}

export async function loadSavedConfiguration(connection: Kysely<unknown>): Promise<SavedConfiguration> {
  return {
    organizations: await listOrganizations(connection),
    pointsOfSales: await listPointsOfSales(connection),
    products: await listProducts(connection),
    interfaces: await listSavedInterfaces(connection),
    schedules: await listSavedSchedules(connection),
  };
}

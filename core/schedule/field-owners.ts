import type { Problem } from '../problem';
import type { SyncFunction, WrittenSchedule } from './written-schedule';

const INJECT_TICKETS = ['inject-tickets'] as const;
const INJECTS = ['inject-tickets', 'inject-privileges'] as const;
const PUSHES = ['inject-tickets', 'push-cancelled', 'push-controlled', 'inject-privileges'] as const;
const CHANGES = ['push-cancelled', 'push-controlled'] as const;

/** The fields that only some functions take (domain.md 5.1, 7.2, 8.2, 10); those not named here belong to all. */
const OWNERS = {
  activationMethod: INJECTS,
  pointOfSales: INJECTS,
  filters: INJECTS,
  fileNumber: INJECTS,
  mandatoryHolderFields: INJECTS,
  template: INJECTS,
  barcodeFormat: INJECT_TICKETS,
  mainApplicant: INJECT_TICKETS,
  force: PUSHES,
  simulation: PUSHES,
  shipmentModes: CHANGES,
  dateFrom: CHANGES,
  notifySpectator: CHANGES,
} as const satisfies { readonly [K in keyof WrittenSchedule]?: readonly SyncFunction[] };

const REQUIRED = {
  pointOfSales: 'salesChannelCode;posCode: S-360 prints only through a point of sales',
  shipmentModes: 'a list of shipment mode codes',
} as const;

/** Names the fields that a schedule of this function does not take, and those it must have. */
export function checkFieldOwners(written: WrittenSchedule): readonly Problem[] {
  const problems: Problem[] = [];
  for (const field of namesOf(OWNERS)) {
    const owners: readonly SyncFunction[] = OWNERS[field];
    if (written[field] !== undefined && !owners.includes(written.function)) {
      problems.push({
        field,
        found: `a field that ${written.function} does not have`,
        allowed: `it with ${owners.join(', ')}`,
      });
    }
  }
  for (const field of namesOf(REQUIRED)) {
    const owners: readonly SyncFunction[] = OWNERS[field];
    if (written[field] === undefined && owners.includes(written.function)) {
      problems.push({ field, found: 'nothing', allowed: REQUIRED[field] });
    }
  }
  if (written.function === 'inject-privileges' && written.filters?.product === undefined) {
    problems.push({ field: 'filters.product', found: 'nothing', allowed: 'a list of product codes' });
  }
  return problems;
}

function namesOf<T extends object>(table: T): (keyof T & string)[];
function namesOf(table: object): string[] {
  return Object.keys(table);
}

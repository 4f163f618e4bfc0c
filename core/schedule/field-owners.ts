import type { Problem } from '../problem';
import type { ScheduleParts, SyncFunction, WrittenFields, WrittenSchedule } from './written-schedule';

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
  pointOfSales: 'salesChannelCode;posCode, such as WEB;W1: S-360 prints only through a point of sales',
  shipmentModes: 'a list of shipment mode codes',
} as const;

/** The fields that some functions take and `name` does not, whatever stands in them. */
export function checkFieldOwners(name: SyncFunction, written: WrittenFields): readonly Problem[] {
  return namesOf(OWNERS)
    .filter((field) => written[field] !== undefined && !isOwner(name, field))
    .map((field) => ({
      field,
      found: `a field of ${OWNERS[field].join(', ')}`,
      allowed: `a schedule of ${name} without it`,
    }));
}

/** The fields that a schedule of this function must have and lacks. */
export function checkRequiredFields(name: SyncFunction, written: ScheduleParts): readonly Problem[] {
  const problems: Problem[] = namesOf(REQUIRED)
    .filter((field) => written[field] === undefined && isOwner(name, field))
    .map((field) => ({ field, found: 'nothing', allowed: REQUIRED[field] }));
  if (name === 'inject-privileges' && written.filters?.product === undefined) {
    problems.push({ field: 'filters.product', found: 'nothing', allowed: 'a list of product codes' });
  }
  return problems;
}

/** The fields that none of these functions takes. */
export function listForeignFields(functions: readonly SyncFunction[]): readonly string[] {
  return namesOf(OWNERS).filter((field) => !functions.some((name) => isOwner(name, field)));
}

function isOwner(name: SyncFunction, field: keyof typeof OWNERS): boolean {
  const owners: readonly SyncFunction[] = OWNERS[field];
  return owners.includes(name);
}

function namesOf<T extends object>(table: T): (keyof T & string)[];
function namesOf(table: object): string[] {
  return Object.keys(table);
}

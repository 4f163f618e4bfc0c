import { assertNever } from '../assert-never';
import { noReferences, parseTicketReferences, type TicketReferences } from '../force-skip';
import { quote, type Problem } from '../problem';
import { isDate } from '../time/instants';
import { checkAvailability, checkFunction, isAvailable } from './availability';
import { checkFieldOwners, checkRequiredFields, listForeignFields } from './field-owners';
import { checkFilters, checkList } from './filters';
import type { InjectTicketsSettings, PointOfSales, Schedule, ScheduleWarning } from './schedule';
import { readTiming } from './timing';
import { AVAILABLE_FUNCTIONS, type ScheduleParts, type WrittenFields, type WrittenSchedule } from './written-schedule';

/** A schedule that may be saved, with what to look at; or everything that is wrong with it. */
export type ScheduleResult =
  | { readonly schedule: Schedule; readonly warnings: readonly ScheduleWarning[] }
  | { readonly problems: readonly Problem[] };

const MOST_TICKETS = 1_000_000;
const LONGEST_BARCODE_PART = 200;

/** Checks a schedule (domain.md 5.1, 7.2, 8.2, 10) and fills in its defaults. Fields are named by their path in the schedule. */
export function parseSchedule(written: WrittenSchedule): ScheduleResult {
  const problems = checkSchedule(written);
  if (problems.length > 0) return { problems };
  return { schedule: toSchedule(written), warnings: findWarnings(written) };
}

/** The schedule as it is saved; only for one without problems. */
function toSchedule(written: WrittenSchedule): Schedule {
  const ignored: Problem[] = [];
  const timing = readTiming(written, ignored);
  const common = {
    name: written.name,
    interfaceName: written.interface,
    launch: written.launch,
    ...(timing === undefined ? {} : { timing }),
    ...(written.batchSize === undefined ? {} : { batchSize: written.batchSize }),
  };
  const settings = readSettings(written, ignored);
  const stem = written.function;
  if (!isAvailable(stem)) throw new Error(`A schedule of ${stem} passed its checks`);
  switch (stem) {
    case 'inject-tickets': {
      const pointOfSales = readPointOfSales(written.pointOfSales, ignored);
      if (pointOfSales === undefined) throw new Error('A schedule passed its checks without a point of sales');
      return { ...common, function: stem, pointOfSales, settings };
    }
    case 'retrieve-status':
      return { ...common, function: stem, settings: { skip: settings.skip } };
    default:
      return assertNever(stem);
  }
}

/**
 * Everything that is wrong with a schedule, judged by what of it has the right types; `fields` are all that were written. A field that the
 * function does not take has to go, so that is all that is said of it. Beside a function that comes later nothing is said of what belongs to it or
 * lacks with it, for another one has to be written; what is wrong in any schedule is told at once.
 */
export function checkSchedule(written: ScheduleParts, fields: WrittenFields = written): readonly Problem[] {
  const unavailable = written.function === undefined ? [] : checkFunction(written.function);
  const available = unavailable.length > 0 ? undefined : written.function;
  const foreign = available === undefined ? [] : checkFieldOwners(available, fields);
  const problems: Problem[] = [...checkAvailability(fields)];
  if (available !== undefined) problems.push(...checkRequiredFields(available, written));
  if (written.name !== undefined) checkName(written.name, problems);
  checkBatchSize(written.batchSize, problems);
  checkFilters(written.filters, problems);
  checkOfOtherFunctions(written, problems);
  readTiming(written, problems);
  readPointOfSales(written.pointOfSales, problems);
  readSettings(written, problems);
  const leaving = unavailable.length > 0 ? listForeignFields(AVAILABLE_FUNCTIONS) : foreign.map(({ field }) => field);
  const others = problems.filter(({ field }) => !leaving.some((outer) => isWithin(field, outer)));
  return [...unavailable, ...foreign, ...others];
}

/** Whether `field` is `outer` or a part of it. */
export function isWithin(field: string, outer: string): boolean {
  return field === outer || field.startsWith(`${outer}.`) || field.startsWith(`${outer}[`);
}

/** What is wrong with the name of an interface or schedule, which stands in workflow ids and in `interface/schedule`. */
export function checkName(name: string, problems: Problem[]): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) return;
  const allowed = 'a letter or digit, then up to 99 letters, digits, dots, hyphens and underscores';
  problems.push({ field: 'name', found: quote(name), allowed });
}

function checkBatchSize(batchSize: number | undefined, problems: Problem[]): void {
  if (batchSize === undefined) return;
  if (Number.isInteger(batchSize) && batchSize >= 1 && batchSize <= MOST_TICKETS) return;
  problems.push({
    field: 'batchSize',
    found: String(batchSize),
    allowed: 'a whole number from 1 to 1000000, or nothing for all that is due',
  });
}

function readPointOfSales(written: string | undefined, problems: Problem[]): PointOfSales | undefined {
  if (written === undefined) return undefined;
  const parts = written.split(';').map((part) => part.trim());
  const [salesChannelCode = '', posCode = ''] = parts;
  if (parts.length !== 2 || salesChannelCode === '' || posCode === '') {
    problems.push({
      field: 'pointOfSales',
      found: quote(written),
      allowed: 'salesChannelCode;posCode, such as WEB;W1',
    });
  }
  return { salesChannelCode, posCode };
}

function readSettings(written: ScheduleParts, problems: Problem[]): InjectTicketsSettings {
  const product = written.filters?.product;
  return {
    activationMethod: written.activationMethod ?? 'offline',
    filters: product === undefined ? {} : { product: [...new Set(product)] },
    barcodePrefix: readBarcodePart('barcodeFormat.prefix', written.barcodeFormat?.prefix, problems),
    barcodeSuffix: readBarcodePart('barcodeFormat.suffix', written.barcodeFormat?.suffix, problems),
    mainApplicant: written.mainApplicant ?? false,
    force: readReferences('force', written.force, problems),
    skip: readReferences('skip', written.skip, problems),
    simulation: written.simulation ?? false,
  };
}

function readBarcodePart(field: string, part: string | undefined, problems: Problem[]): string {
  const text = part ?? '';
  if (text.length > LONGEST_BARCODE_PART || /[\p{Cc}\p{Cs}]/u.test(text)) {
    problems.push({
      field,
      found: quote(text),
      allowed: `at most ${String(LONGEST_BARCODE_PART)} printable characters`,
    });
  }
  return text;
}

function readReferences(field: string, text: string | undefined, problems: Problem[]): TicketReferences {
  const result = parseTicketReferences(text ?? '', field);
  if ('references' in result) return result.references;
  problems.push(...result.problems);
  return noReferences;
}

/** Fields of functions that come later have their forms already: a file that is wrong should not wait for them to be told so. */
function checkOfOtherFunctions(written: ScheduleParts, problems: Problem[]): void {
  if (written.shipmentModes !== undefined) checkList('shipmentModes', written.shipmentModes, problems);
  const { dateFrom, fileNumber } = written;
  if (dateFrom !== undefined && !isDateFrom(dateFrom)) {
    problems.push({
      field: 'dateFrom',
      found: quote(dateFrom),
      allowed: 'DD/MM/YY hh:mm in the zone of the organization',
    });
  }
  if (fileNumber !== undefined && !/^\d{1,19}$/.test(fileNumber)) {
    problems.push({ field: 'fileNumber', found: quote(fileNumber), allowed: 'the number of one S-360 file' });
  }
}

function isDateFrom(text: string): boolean {
  const parts = /^(\d{2})\/(\d{2})\/(\d{2}) (?:[01]\d|2[0-3]):[0-5]\d$/.exec(text);
  return parts !== null && isDate(`20${parts[3] ?? ''}-${parts[2] ?? ''}-${parts[1] ?? ''}`);
}

/** domain.md 5.2 and 7.2: on an AUTOMATIC schedule the same tickets would go out, or stay out, at every run. */
function findWarnings(written: WrittenSchedule): readonly ScheduleWarning[] {
  if (written.launch !== 'AUTOMATIC') return [];
  return (['force', 'skip', 'dateFrom'] as const)
    .filter((field) => (written[field] ?? '').trim() !== '')
    .map((field) => ({
      field,
      message: 'on an AUTOMATIC schedule it concerns every run, not only the next one',
    }));
}

import { quote, type Problem } from '../problem';
import {
  AVAILABLE_FUNCTIONS,
  DATE_FILTERS,
  LIST_FILTERS,
  type AvailableFunction,
  type SyncFunction,
  type WrittenFields,
} from './written-schedule';

const NOT_AVAILABLE = 'not available in this version';
const AVAILABLE_FILTERS: readonly string[] = ['product'];

/** Fields of a schedule that this version does not go by. */
export const UNAVAILABLE_FIELDS = ['fileNumber', 'mandatoryHolderFields', 'template'] as const;

/** Filters that this version does not go by. */
export const UNAVAILABLE_FILTERS: readonly string[] = [...LIST_FILTERS, ...DATE_FILTERS].filter(
  (name) => !AVAILABLE_FILTERS.includes(name),
);

/** Whether a function can be configured in this version. */
export function isAvailable(name: SyncFunction): name is AvailableFunction {
  return AVAILABLE_FUNCTIONS.some((available) => available === name);
}

/** What is wrong with asking for a function that comes later. */
export function checkFunction(name: SyncFunction): readonly Problem[] {
  if (isAvailable(name)) return [];
  return [
    {
      field: 'function',
      found: `${quote(name)}, which is ${NOT_AVAILABLE}`,
      allowed: AVAILABLE_FUNCTIONS.join(' or '),
    },
  ];
}

/**
 * Fields and filters that the configuration can say and this version cannot do. They are refused, never ignored: a schedule that left a
 * filter aside would send tickets that nobody wanted sent.
 */
export function checkAvailability(written: WrittenFields): readonly Problem[] {
  const fields = UNAVAILABLE_FIELDS.filter((field) => written[field] !== undefined).map((field) => ({
    field,
    found: `a field that is ${NOT_AVAILABLE}`,
    allowed: 'a schedule without it',
  }));
  const names = typeof written.filters === 'object' && written.filters !== null ? Object.keys(written.filters) : [];
  const filters = names
    .filter((name) => UNAVAILABLE_FILTERS.includes(name))
    .map((name) => ({
      field: `filters.${name}`,
      found: `a filter that is ${NOT_AVAILABLE}`,
      allowed: `the filter ${AVAILABLE_FILTERS.join(', ')}`,
    }));
  return [...fields, ...filters];
}

import type { Problem } from '../problem';
import type { WrittenSchedule } from './written-schedule';

const NOT_AVAILABLE = 'not available in this version';

/**
 * What the configuration can say and this version cannot do. It is refused, never ignored: a schedule that left a filter aside would send
 * tickets that nobody wanted sent.
 */
export function checkAvailability(written: WrittenSchedule): readonly Problem[] {
  const problems: Problem[] = [];
  if (written.function !== 'inject-tickets') {
    problems.push({
      field: 'function',
      found: written.function,
      allowed: `inject-tickets; this function is ${NOT_AVAILABLE}`,
    });
    return problems;
  }
  for (const field of ['fileNumber', 'mandatoryHolderFields', 'template'] as const) {
    if (written[field] !== undefined) {
      problems.push({ field, found: 'a value', allowed: `nothing: this field is ${NOT_AVAILABLE}` });
    }
  }
  for (const [name, value] of Object.entries(written.filters ?? {})) {
    if (value !== undefined && name !== 'product') {
      problems.push({
        field: `filters.${name}`,
        found: 'a value',
        allowed: `the filter product only: this filter is ${NOT_AVAILABLE}`,
      });
    }
  }
  return problems;
}

import { quote, type Problem } from '../problem';
import { isDate } from '../time/instants';
import { DATE_FILTERS, LIST_FILTERS, type WrittenFilters } from './written-schedule';

const MOST_CODES = 1000;

/** Checks the filters of a schedule: lists of codes, and the days between which a ticket was sold. */
export function checkFilters(filters: WrittenFilters | undefined, problems: Problem[]): void {
  if (filters === undefined) return;
  for (const name of LIST_FILTERS) {
    const codes = filters[name];
    if (codes !== undefined) checkList(`filters.${name}`, codes, problems);
  }
  for (const name of DATE_FILTERS) {
    const day = filters[name];
    if (day !== undefined && !isDate(day)) {
      problems.push({ field: `filters.${name}`, found: quote(day), allowed: 'a day written yyyy-MM-dd' });
    }
  }
  const { saleDateFrom, saleDateTo } = filters;
  if (saleDateFrom === undefined || saleDateTo === undefined || saleDateFrom <= saleDateTo) return;
  problems.push({ field: 'filters.saleDateTo', found: quote(saleDateTo), allowed: 'saleDateFrom or a later day' });
}

/** A list of codes has at least one: an empty list would let nothing through, which nobody means. */
export function checkList(field: string, codes: readonly string[], problems: Problem[]): void {
  if (codes.length === 0 || codes.length > MOST_CODES) {
    const found = codes.length === 0 ? 'an empty list' : `${String(codes.length)} codes`;
    problems.push({ field, found, allowed: `1 to ${String(MOST_CODES)} codes; no list at all for no restriction` });
  }
  codes.forEach((code, index) => {
    if (code.trim() === '' || code !== code.trim() || /\p{Cc}/u.test(code) || code.length > 100) {
      problems.push({
        field: `${field}[${String(index)}]`,
        found: quote(code),
        allowed: 'a code without blanks around it, up to 100 characters',
      });
    }
  });
}

import { quote, type Problem } from '../problem';

interface CronField {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Words that stand for min, min + 1, ... */
  readonly words: readonly string[];
}

const FIELDS: readonly CronField[] = [
  { name: 'minute', min: 0, max: 59, words: [] },
  { name: 'hour', min: 0, max: 23, words: [] },
  { name: 'day of month', min: 1, max: 31, words: [] },
  {
    name: 'month',
    min: 1,
    max: 12,
    words: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
  },
  { name: 'day of week', min: 0, max: 7, words: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] },
];

/** What is wrong with a cron expression of five fields (minute, hour, day of month, month, day of week); undefined when nothing is. */
export function findCronMistake(expression: string): Pick<Problem, 'found' | 'allowed'> | undefined {
  const parts = expression.trim().split(/\s+/);
  if (expression.trim() === '' || parts.length !== FIELDS.length) {
    const allowed = 'five parts: minute, hour, day of month, month, day of week, as in */5 * * * *';
    return { found: quote(expression), allowed };
  }
  const wrong = FIELDS.find((field, index) => !isCronField(parts[index] ?? '', field));
  if (wrong === undefined) return undefined;
  const words = wrong.words.length === 0 ? '' : ` or ${wrong.words[0] ?? ''} to ${wrong.words.at(-1) ?? ''}`;
  const numbers = `${String(wrong.min)} to ${String(wrong.max)}${words}`;
  return {
    found: `${quote(expression)}, whose ${wrong.name} cannot be read`,
    allowed: `as its ${wrong.name} *, ${numbers}, a range a-b, a step */n, or a list of these`,
  };
}

function isCronField(text: string, field: CronField): boolean {
  return text.split(',').every((item) => isCronItem(item, field));
}

/** `*`, `a`, `a-b`, each with `/n` behind it or not. */
function isCronItem(item: string, field: CronField): boolean {
  const parts = /^(?:\*|(\w+)(?:-(\w+))?)(?:\/(\d{1,2}))?$/.exec(item);
  if (parts === null) return false;
  const [, from, to, step] = parts;
  if (step !== undefined && (Number(step) < 1 || Number(step) > field.max)) return false;
  if (from === undefined) return true;
  const first = toNumber(from, field);
  const last = to === undefined ? first : toNumber(to, field);
  return first !== undefined && last !== undefined && first <= last;
}

function toNumber(text: string, { min, max, words }: CronField): number | undefined {
  const index = words.indexOf(text.toUpperCase());
  if (index >= 0) return min + index;
  if (!/^\d{1,2}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= min && value <= max ? value : undefined;
}

/** The functions that a parameter concerns (domain.md 2 and 4): `all`, or stems of functions. */
export type Concerns =
  | 'all'
  | 'all pushes'
  | readonly ('inject-tickets' | 'push-cancelled' | 'push-controlled' | 'retrieve-status' | 'inject-privileges')[];

/** One custom parameter: how it is written, what it may be, what it means. `read` gives undefined for a value that is not allowed. */
export interface ParameterDefinition<T> {
  readonly name: string;
  /** Other spellings that are accepted (the bracketed ones of domain.md 4). */
  readonly aliases: readonly string[];
  readonly concerns: Concerns;
  readonly defaultValue: T;
  readonly allowed: string;
  readonly meaning: string;
  readonly read: (text: string) => T | undefined;
}

interface Wording {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly concerns: Concerns;
  readonly meaning: string;
}

/** A whole number within bounds, both included. */
export function wholeNumber(
  wording: Wording,
  defaultValue: number,
  [min, max]: readonly [number, number],
): ParameterDefinition<number> {
  const allowed = `a whole number from ${String(min)} to ${String(max)}`;
  return define(wording, {
    defaultValue,
    allowed,
    read: (text) => (/^\d{1,9}$/.test(text) ? within(Number(text), min, max) : undefined),
  });
}

/** A share from 0 to 1; none unless it is set. */
export function share(wording: Wording): ParameterDefinition<number | undefined> {
  return define(wording, {
    defaultValue: undefined,
    allowed: 'a number from 0 to 1, such as 0.2',
    read: (text) => (/^\d(?:\.\d{1,6})?$/.test(text) ? within(Number(text), 0, 1) : undefined),
  });
}

/** true or false. */
export function flag(wording: Wording, defaultValue: boolean): ParameterDefinition<boolean> {
  return define(wording, {
    defaultValue,
    allowed: 'true or false',
    read: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  });
}

/** A list of invalidation reasons, which are compared upper-cased and without blanks (domain.md 4); empty for none. */
export function reasons(wording: Wording): ParameterDefinition<readonly string[]> {
  return define(wording, {
    defaultValue: [],
    allowed: 'reasons separated by commas, or nothing',
    read: (text) => {
      const list = text === '' ? [] : text.split(',').map(toReason);
      return list.includes('') ? undefined : [...new Set(list)];
    },
  });
}

/** One word of a list. */
export function word<const T extends string>(wording: Wording, known: T, allowed: string): ParameterDefinition<T> {
  return define(wording, { defaultValue: known, allowed, read: (text) => (text === known ? known : undefined) });
}

/** The form in which invalidation reasons are compared: upper-cased, without blanks (domain.md 4). */
export function toReason(text: string): string {
  return text.replace(/\s+/g, '').toUpperCase();
}

function define<T>(
  { name, aliases = [], concerns, meaning }: Wording,
  rule: Pick<ParameterDefinition<T>, 'defaultValue' | 'allowed' | 'read'>,
): ParameterDefinition<T> {
  return { name, aliases, concerns, meaning, ...rule };
}

function within(value: number, min: number, max: number): number | undefined {
  return value >= min && value <= max ? value : undefined;
}

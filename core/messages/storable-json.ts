// An escape with what belongs to it: a pair of surrogates is one character, and a backslash before a backslash escapes nothing more.
const ESCAPE = /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[^u])/g;
const REFUSED = /^\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2})$/;
// Half of the time of reading a record went into looking for halves with `u`; without it, text of Latin letters is passed at once.
const ANY_SURROGATE = /[\ud800-\udfff]/;
// In a pattern with `u` a pair is one character, so this finds lone halves only.
const LONE_SURROGATE = /\p{Surrogate}/gu;
const MOST_LEVELS = 100;

/**
 * JSON text that Postgres takes as jsonb: NUL and lone surrogates, which JSON allows and jsonb refuses, become U+FFFD. Everything else
 * stays as it is written.
 */
export function toStorableJson(json: string): string {
  const whole = replaceHalves(json);
  if (!whole.includes('\\u')) return whole;
  return whole.replace(ESCAPE, (escape) => (REFUSED.test(escape) ? '\\ufffd' : escape));
}

/** Text that Postgres takes as text: NUL and lone surrogates become U+FFFD. */
export function toStorableText(text: string): string {
  return replaceHalves(text.includes('\u0000') ? text.replaceAll('\u0000', '\ufffd') : text);
}

/** Whether a JSON value is nested deeper than 100 levels: further down `JSON.stringify` and Postgres's jsonb overflow their stacks. */
export function isTooDeep(value: unknown, levels = MOST_LEVELS): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null && isTooDeep(part, levels - 1)) return true;
  }
  return false;
}

/** A copy of a JSON value in which what lies deeper than 100 levels is the text `(nested too deep)`. */
export function cutDeep(value: unknown, levels = MOST_LEVELS): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return '(nested too deep)';
  if (Array.isArray(value)) return value.map((part) => cutDeep(part, levels - 1));
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, cutDeep(part, levels - 1)]));
}

function replaceHalves(text: string): string {
  return ANY_SURROGATE.test(text) ? text.replace(LONE_SURROGATE, '\ufffd') : text;
}

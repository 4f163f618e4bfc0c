import type { z } from 'zod';
import { suggest } from '../../core/nearest';
import { PARAMETERS_FORM } from '../../core/parameters/parse-parameters';
import { quote } from '../../core/problem';
import { AVAILABLE_FUNCTIONS } from '../../core/schedule/written-schedule';
import { KNOWN_NAMES } from './config-shape';
import type { Path } from './parse-yaml';

/** A mistake at a path of the file. */
export interface PathProblem {
  readonly path: Path;
  readonly found: string;
  readonly allowed: string;
}

const API_KEY: PathProblem = {
  path: [],
  found: 'a value that is no reference (it is not shown here)',
  allowed: '{ env: NAME } or { file: PATH }: the file names where the key is, never the key',
};

/** What zod found wrong with `value`, which stands at `base` in the file, in our words. A value at an API key is never shown. */
export function toPathProblems(error: z.ZodError, base: Path, value: unknown): readonly PathProblem[] {
  const problems = error.issues.flatMap((issue) => toProblems(issue, base, value));
  // A union complains once per branch: one problem for an API key says it all.
  const firstOfKey = problems.findIndex(isOfApiKey);
  return problems.filter((problem, index) => !isOfApiKey(problem) || index === firstOfKey);
}

function toProblems(issue: z.core.$ZodIssue, base: Path, root: unknown): readonly PathProblem[] {
  const inner = issue.path.filter((step) => typeof step !== 'symbol');
  const path = [...base, ...inner];
  const value = valueAt(root, inner);
  if (inner[0] === 'apiKey')
    return [{ ...API_KEY, path: [...base, 'apiKey'], ...(value === undefined ? { found: 'nothing' } : {}) }];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => toUnknownName(path, key));
    case 'invalid_type':
      return [{ path, found: describe(value, path), allowed: describeExpected(issue.expected, value, path) }];
    case 'invalid_value':
      return [{ path, ...describeChoice(value, path, issue.values.map(String)) }];
    default:
      return [{ path, found: describe(value, path), allowed: 'another value' }];
  }
}

function toUnknownName(path: Path, key: string): PathProblem {
  const place = path.map((step) => (typeof step === 'number' ? '*' : step)).join('.');
  const known = KNOWN_NAMES[place] ?? [];
  if (place === '' && key === 'templates') {
    return {
      path: [key],
      found: 'a part that is not available in this version',
      allowed: 'interfaces and schedules',
    };
  }
  const allowed = suggest(key, known, WHATS[place] ?? 'a name that this part can have');
  return { path: [...path, key], found: `the unknown name ${quote(key)}`, allowed };
}

const WHATS: Readonly<Record<string, string>> = {
  '': 'a part of the file',
  'interfaces.*': 'a field of an interface',
  'schedules.*': 'a field of a schedule',
  'schedules.*.filters': 'a filter of this version',
  'schedules.*.barcodeFormat': 'a part of the barcode format',
};

/** One of a few words was expected. Of functions and types only those are offered that can be used now. */
function describeChoice(value: unknown, path: Path, words: readonly string[]): Pick<PathProblem, 'found' | 'allowed'> {
  const found = typeof value === 'string' ? quote(value) : describe(value, path);
  const field = path.at(-1);
  if (field === 'function') {
    const allowed = suggest(String(value), AVAILABLE_FUNCTIONS, 'a function of this version');
    return { found, allowed: typeof value === 'string' ? allowed : AVAILABLE_FUNCTIONS.join(' or ') };
  }
  if (field === 'type') return { found, allowed: 'TIXNGO' };
  return { found, allowed: words.length === 2 ? words.join(' or ') : `one of ${words.join(', ')}` };
}

function isOfApiKey({ path }: PathProblem): boolean {
  return path.at(-1) === 'apiKey';
}

// A whole file that is one text may be a key file, and these fields hold addresses of people: their texts are not shown.
const UNSHOWN: readonly (string | number | undefined)[] = [undefined, 'login', 'notify'];

/** A short text in quotes where it may be shown, else what kind of value it is. */
function describe(value: unknown, path: Path): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'an empty value';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string' && UNSHOWN.includes(path[2] ?? path[0])) return 'a text';
  if (typeof value === 'string') return `the text ${quote(value)}`;
  if (typeof value === 'number') return `${String(value)} (a number)`;
  if (typeof value === 'boolean') return `${String(value)} (true or false)`;
  return 'names with values';
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'names with their values, as in name: value',
};

function describeExpected(expected: string, value: unknown, path: Path): string {
  if (path[0] === 'interfaces' && path[2] === 'parameters') return `a text: ${PARAMETERS_FORM}`;
  const words = EXPECTED[expected] ?? expected;
  if (value === undefined) return `${words}: the field is mandatory`;
  return expected === 'string' && (typeof value === 'number' || typeof value === 'boolean')
    ? `${words}: put it in quotes`
    : words;
}

/** The list of this name in the file; empty when there is none. */
export function listAt(root: unknown, name: string): readonly unknown[] {
  const list: unknown = valueAt(root, [name]);
  return Array.isArray(list) ? list : [];
}

/** What stands at a path inside plain values; undefined where there is nothing. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([name]) => name === String(step))?.[1];
  }
  return value;
}

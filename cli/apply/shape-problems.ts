import type { z } from 'zod';
import { suggest } from '../../core/nearest';
import { quote } from '../../core/problem';
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
      return [{ path, found: describe(value, path), allowed: describeExpected(issue.expected, value) }];
    case 'invalid_value':
      return [{ path, found: describe(value, path), allowed: `one of ${issue.values.map(String).join(', ')}` }];
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
      found: 'templates',
      allowed: 'interfaces and schedules: templates are not available in this version',
    };
  }
  return { path: [...path, key], found: `the unknown name ${quote(key)}`, allowed: suggest(key, known) };
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
  return 'an object';
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

function describeExpected(expected: string, value: unknown): string {
  const words = EXPECTED[expected] ?? expected;
  return expected === 'string' && (typeof value === 'number' || typeof value === 'boolean')
    ? `${words}: put it in quotes`
    : words;
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

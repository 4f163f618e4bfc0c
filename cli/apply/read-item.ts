import type { z } from 'zod';
import type { Path } from './parse-yaml';
import { toPathProblems, type PathProblem } from './shape-problems';

/** One object of the file: what is wrong with its shape, and the part of it whose shape is right. */
export interface Item<Partial> {
  readonly problems: readonly PathProblem[];
  /** Undefined when it is no object at all. */
  readonly sound: Partial | undefined;
}

/**
 * Checks the shape of one object against `shape`; fields of a wrong shape are left aside and the rest is read with `partialShape`, so that one
 * mistake does not hide the others.
 */
export function readItem<T>(
  value: unknown,
  base: Path,
  { shape, partialShape }: { readonly shape: z.ZodType; readonly partialShape: z.ZodType<T> },
): Item<T> {
  const whole = shape.safeParse(value);
  const problems = whole.success ? [] : toPathProblems(whole.error, base, value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { problems, sound: undefined };
  const broken = new Set(problems.map(({ path }) => path[base.length]));
  const rest = Object.fromEntries(Object.entries(value).filter(([name]) => !broken.has(name)));
  const sound = partialShape.safeParse(rest);
  if (!sound.success) throw new Error(`A field of a wrong shape was not left aside at ${base.join('.')}`);
  return { problems, sound: sound.data };
}

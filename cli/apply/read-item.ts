import type { z } from 'zod';
import type { Path } from './parse-yaml';
import { toPathProblems, type PathProblem } from './shape-problems';

/** One object of the file: what is wrong with its shape, and the part of it whose shape is right. */
export interface Item<Partial> {
  readonly problems: readonly PathProblem[];
  /** Undefined when it is no object at all. */
  readonly sound: Partial | undefined;
  /** Where something of `sound` stands in the file: what was left aside of a list moved the rest of it up. */
  readonly toWritten: (path: Path) => Path;
}

/**
 * Checks the shape of one object against `shape`; parts of a wrong shape are left aside and the rest is read with `partialShape`, so that one
 * mistake does not hide the others.
 */
export function readItem<T>(
  value: unknown,
  base: Path,
  { shape, partialShape }: { readonly shape: z.ZodType; readonly partialShape: z.ZodType<T> },
): Item<T> {
  const whole = shape.safeParse(value);
  const problems = whole.success ? [] : toPathProblems(whole.error, base, value);
  const broken = new Set(problems.map(({ path }) => toKey(path.slice(base.length))));
  const toWritten = (path: Path): Path => toWrittenPath(path, broken);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { problems, sound: undefined, toWritten };
  }
  const sound = partialShape.safeParse(leaveAside(value, [], broken));
  if (!sound.success) throw new Error(`A part of a wrong shape was not left aside at ${base.join('.')}`);
  return { problems, sound: sound.data, toWritten };
}

/** A copy without the parts whose paths are `broken`. */
function leaveAside(value: unknown, path: Path, broken: ReadonlySet<string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return value.flatMap((inner: unknown, index) =>
      broken.has(toKey([...path, index])) ? [] : [leaveAside(inner, [...path, index], broken)],
    );
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
      broken.has(toKey([...path, name])) ? [] : [[name, leaveAside(inner, [...path, name], broken)]],
    ),
  );
}

function toWrittenPath(path: Path, broken: ReadonlySet<string>): Path {
  return path.reduce<Path>((written, step) => {
    if (typeof step === 'string') return [...written, step];
    let [index, left] = [0, step];
    while (broken.has(toKey([...written, index])) || left > 0) {
      if (!broken.has(toKey([...written, index]))) left--;
      index++;
    }
    return [...written, index];
  }, []);
}

function toKey(path: Path): string {
  return JSON.stringify(path);
}

/** One setting that cannot be used: its name, the shape of what was found (never the value: it may be a secret), what is allowed. */
export interface ConfigProblem {
  readonly name: string;
  readonly found: string;
  readonly allowed: string;
}

/** One setting that a deployment usually has and this environment has not: its name, and what holds without it. */
export interface UnsetSetting {
  readonly name: string;
  readonly without: string;
}

/** Everything that is wrong with the environment, reported at once; thrown before anything is started. */
export class ConfigProblems extends Error {
  override readonly name = 'ConfigProblems';

  /** `unset`: settings that may be missing, and what holds without them. They are no problem, but whoever mends the others wants to know. */
  constructor(
    readonly problems: readonly ConfigProblem[],
    readonly unset: readonly UnsetSetting[] = [],
  ) {
    const lines = problems.map(({ name, found, allowed }) => `  ${name}: found ${found}; allowed: ${allowed}`);
    const notes = unset.map(({ name, without }) => `  ${name}: not set, so ${without}`);
    super(`The settings cannot be used (${String(problems.length)}):\n${[...lines, ...notes].join('\n')}`);
  }
}

/** Says what a value looks like without saying what it is. */
export function describeShape(value: string | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === '') return 'an empty text';
  const length = String(value.length);
  if (/[\r\n]/.test(value)) return `a text of ${length} characters with a line break`;
  if (/^\d+$/.test(value)) return `a whole number of ${length} digits`;
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(value)?.[1];
  if (scheme !== undefined) return `an address of ${length} characters that starts with ${scheme}://`;
  if (value.trim() !== value) return `a text of ${length} characters with blanks around it`;
  return `a text of ${length} characters`;
}

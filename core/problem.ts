/** One mistake in what an operator wrote: where it stands, what was found, what is allowed. All of them are reported at once. */
export interface Problem {
  /** Line in the text that was read, from 1; missing where only the field is known. */
  readonly line?: number;
  /** Name or path of the field. */
  readonly field: string;
  readonly found: string;
  readonly allowed: string;
}

const LONGEST_SHOWN = 60;

/** A written value as a problem shows it: in quotes, on one line, cut when it is long. Never for values that may be secret. */
export function quote(value: string): string {
  const characters = Array.from(value);
  return JSON.stringify(
    characters.length > LONGEST_SHOWN ? `${characters.slice(0, LONGEST_SHOWN).join('')}...` : characters.join(''),
  );
}

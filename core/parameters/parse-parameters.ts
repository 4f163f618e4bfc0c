import { suggest } from '../nearest';
import { quote, type Problem } from '../problem';
import type { ParameterDefinition } from './definition';
import { PARAMETERS, toParameters, type Parameters } from './parameters';

const DEFINITIONS: readonly ParameterDefinition<unknown>[] = Object.values(PARAMETERS);

/** How the custom parameters are written; the configuration file is YAML, where several lines follow a `|`. */
export const PARAMETERS_FORM =
  'one name=value per line; in the file "parameters: |" and below it, indented, lines such as parallelCalls=4';

/**
 * Reads the custom parameters of an interface: one `name=value` per line, blank lines allowed, blanks around name and value dropped. Names are
 * matched exactly (domain.md 4). Either all parameters, defaults filled in, or every problem with its line.
 */
export function parseParameters(
  text: string,
): { readonly parameters: Parameters } | { readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const written = new Map<string, string>();
  text.split(/\r\n|\n|\r/).forEach((content, index) => {
    const problem = content.trim() === '' ? undefined : readLine(content, index + 1, written);
    if (problem !== undefined) problems.push(problem);
  });
  if (problems.length > 0) return { problems };
  return {
    parameters: toParameters((definition) => {
      const value = written.get(definition.name);
      return (value === undefined ? undefined : definition.read(value)) ?? definition.defaultValue;
    }),
  };
}

/** Whether a value goes on with another parameter: `1, killRatio=0.2`. */
function namesAnother(value: string): boolean {
  return /[,;\s]\s*[A-Za-z]+\s*=/.test(value);
}

/** What looks like no name at all is not repeated: somebody may have put a key here. */
function describeName(name: string): string {
  return /^[A-Za-z_]{1,60}$/.test(name)
    ? `the unknown name ${quote(name)}`
    : 'a name with unusual characters (it is not shown)';
}

/** Takes one line into `written`, or says what is wrong with it. */
function readLine(content: string, line: number, written: Map<string, string>): Problem | undefined {
  const separator = content.indexOf('=');
  if (separator < 1) {
    return { line, field: 'parameters', found: 'a line of another form (it is not shown)', allowed: PARAMETERS_FORM };
  }
  const name = content.slice(0, separator).trim();
  const value = content.slice(separator + 1).trim();
  const definition = DEFINITIONS.find((known) => known.name === name || known.aliases.includes(name));
  if (definition === undefined) {
    const allowed = suggest(
      name,
      DEFINITIONS.map((known) => known.name),
      'a custom parameter',
    );
    return { line, field: 'parameters', found: describeName(name), allowed };
  }
  if (namesAnother(value)) {
    return { line, field: 'parameters', found: 'several parameters in one line', allowed: PARAMETERS_FORM };
  }
  if (written.has(definition.name)) {
    return { line, field: definition.name, found: 'a second value', allowed: 'one value; the first stands above' };
  }
  written.set(definition.name, value);
  if (definition.read(value) !== undefined) return undefined;
  return { line, field: definition.name, found: quote(value), allowed: definition.allowed };
}

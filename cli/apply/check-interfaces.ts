import type { AllowedHost } from '../../core/interface-url';
import { isEmail } from '../../core/messages/email';
import { parseParameters } from '../../core/parameters/parse-parameters';
import type { Problem } from '../../core/problem';
import { quote } from '../../core/problem';
import { checkName } from '../../core/schedule/parse-schedule';
import type { ConfiguredInterface } from './config-file';
import type { SoundInterface, WrittenInterface } from './config-shape';
import type { Path, YamlText } from './parse-yaml';
import { findUrlMistake } from './check-url';
import type { PathProblem } from './shape-problems';

/** A problem whose line does not follow from its path: a line inside the parameters. */
export interface PlacedProblem extends PathProblem {
  readonly line?: number;
}

const MOST_RECIPIENTS = 50;

interface InterfaceSurroundings {
  readonly yaml: YamlText;
  readonly allowedHosts: readonly AllowedHost[];
  /** Where a part of the interface stands in the file, below it. */
  readonly toWritten: (path: Path) => Path;
}

/** What is wrong with the values of one interface, whatever of it has the right shape (domain.md 3). */
export function checkInterface(
  written: SoundInterface,
  index: number,
  { yaml, allowedHosts, toWritten }: InterfaceSurroundings,
): readonly PlacedProblem[] {
  const base = ['interfaces', index];
  const problems: PlacedProblem[] = [];
  const names: Problem[] = [];
  if (written.name !== undefined) checkName(written.name, names);
  problems.push(...names.map(({ found, allowed }) => ({ path: [...base, 'name'], found, allowed })));
  for (const field of ['organization', 'organizer'] as const) {
    const code = written[field];
    if (code !== undefined && !isCode(code)) {
      problems.push({
        path: [...base, field],
        found: quote(code),
        allowed: 'a name of 1 to 100 characters, no blanks around it',
      });
    }
  }
  if (written.type === 'TIXNGO_WITH_TEMPLATE') {
    const found = `${quote(written.type)}: ticket templates are not available in this version`;
    problems.push({ path: [...base, 'type'], found, allowed: 'TIXNGO' });
  }
  const mistake = written.url === undefined ? undefined : findUrlMistake(written.url, allowedHosts);
  if (mistake !== undefined) problems.push({ path: [...base, 'url'], ...mistake });
  const emails = checkEmails(written).map(({ path, ...told }) => ({ path: [...base, ...toWritten(path)], ...told }));
  problems.push(...emails, ...checkParameters(written.parameters ?? '', index, yaml));
  return problems;
}

/** The interface as it is saved; only for one without problems. */
export function toConfiguredInterface(written: WrittenInterface): ConfiguredInterface {
  const parametersText = written.parameters ?? '';
  const parsed = parseParameters(parametersText);
  if ('problems' in parsed) throw new Error(`Interface ${written.name} passed its checks with wrong parameters`);
  const { name, organization, organizer, type, url, apiKey, login, notify = [] } = written;
  return {
    name,
    organization,
    organizer,
    type,
    url,
    apiKey,
    ...(login === undefined ? {} : { login }),
    notify,
    parameters: parsed.parameters,
    parametersText,
  };
}

function isCode(text: string): boolean {
  return text === text.trim() && text.length >= 1 && text.length <= 100 && !/\p{Cc}/u.test(text);
}

/** Addresses are personal data: a wrong one is named by its place only. */
function checkEmails({ login, notify = [] }: SoundInterface): readonly PathProblem[] {
  const found = 'a text that is no e-mail address (it is not shown)';
  const problems: PathProblem[] = [];
  const allowed = 'an e-mail address such as ops@example.com';
  if (login !== undefined && !isEmail(login)) problems.push({ path: ['login'], found, allowed });
  notify.forEach((address, position) => {
    if (!isEmail(address)) problems.push({ path: ['notify', position], found, allowed });
  });
  if (notify.length > MOST_RECIPIENTS) {
    problems.push({
      path: ['notify'],
      found: `${String(notify.length)} addresses`,
      allowed: `at most ${String(MOST_RECIPIENTS)}`,
    });
  }
  return problems;
}

function checkParameters(text: string, index: number, yaml: YamlText): readonly PlacedProblem[] {
  const parsed = parseParameters(text);
  if ('parameters' in parsed) return [];
  const path = ['interfaces', index, 'parameters'];
  const first = yaml.firstLineOfText(path);
  return parsed.problems.map(({ line = 1, field, found, allowed }) => ({
    path: field === 'parameters' ? path : [...path, field],
    line: first + line - 1,
    found,
    allowed,
  }));
}

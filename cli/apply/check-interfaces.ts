import { checkInterfaceUrl, type AllowedHost } from '../../core/interface-url';
import { isEmail } from '../../core/messages/email';
import { parseParameters } from '../../core/parameters/parse-parameters';
import type { Problem } from '../../core/problem';
import { quote } from '../../core/problem';
import { checkName } from '../../core/schedule/parse-schedule';
import type { ConfiguredInterface } from './config-file';
import type { SoundInterface, WrittenInterface } from './config-shape';
import type { YamlText } from './parse-yaml';
import type { PathProblem } from './shape-problems';

/** A problem whose line does not follow from its path: a line inside the parameters. */
export interface PlacedProblem extends PathProblem {
  readonly line?: number;
}

const MOST_RECIPIENTS = 50;

/** What is wrong with the values of one interface, whatever of it has the right shape (domain.md 3). */
export function checkInterface(
  written: SoundInterface,
  index: number,
  { yaml, allowedHosts }: { readonly yaml: YamlText; readonly allowedHosts: readonly AllowedHost[] },
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
    const allowed = 'TIXNGO; ticket templates are not available in this version';
    problems.push({ path: [...base, 'type'], found: written.type, allowed });
  }
  const refusal = written.url === undefined ? undefined : checkInterfaceUrl(written.url, allowedHosts);
  if (refusal !== undefined) problems.push({ path: [...base, 'url'], found: refusal.message, allowed: URL_RULE });
  problems.push(...checkEmails(written, index), ...checkParameters(written.parameters ?? '', index, yaml));
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

const URL_RULE =
  'an https address that ends in organizer/tickets, without user and password, its host in TIXNGO_ALLOWED_HOSTS';

function isCode(text: string): boolean {
  return text === text.trim() && text.length >= 1 && text.length <= 100 && !/\p{Cc}/u.test(text);
}

/** Addresses are personal data: a wrong one is named by its place only. */
function checkEmails({ login, notify = [] }: SoundInterface, index: number): readonly PlacedProblem[] {
  const base = ['interfaces', index];
  const problems: PlacedProblem[] = [];
  const allowed = 'an e-mail address such as ops@example.com';
  if (login !== undefined && !isEmail(login))
    problems.push({ path: [...base, 'login'], found: 'no e-mail address', allowed });
  notify.forEach((address, position) => {
    if (!isEmail(address)) problems.push({ path: [...base, 'notify', position], found: 'no e-mail address', allowed });
  });
  if (notify.length > MOST_RECIPIENTS) {
    problems.push({
      path: [...base, 'notify'],
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

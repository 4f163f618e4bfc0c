import { toCanonicalJson } from '../../core/messages/canonical-json';
import { suggest } from '../../core/nearest';
import { quote } from '../../core/problem';
import { isBefore, readTime } from '../../core/time/instants';
import type { Path } from './parse-yaml';
import type { FileReferences, InterfaceReferences, ScheduleReferences } from './references';
import type { SavedConfiguration } from './saved';

/** A problem that only the database shows, and where in the file its cause stands. */
export interface ReferenceProblem {
  readonly path: Path;
  readonly found: string;
  readonly allowed: string;
}

interface Surroundings {
  readonly file: FileReferences;
  readonly saved: SavedConfiguration;
  /** What the file lacks in the organizations that it names is about to be archived. */
  readonly prune: boolean;
}

/** Everything in the file that does not fit what the database holds. */
export function checkReferences(surroundings: Surroundings): readonly ReferenceProblem[] {
  const others = listOthers(surroundings);
  return [
    ...surroundings.file.interfaces.flatMap((entry, index) => [
      ...checkOrganization(entry, index, surroundings.saved),
      ...others.flatMap((other) => checkBeside(entry, index, other)),
    ]),
    ...surroundings.file.schedules.flatMap((entry, index) => checkSchedule(entry, index, surroundings)),
  ];
}

type SavedInterface = SavedConfiguration['interfaces'][number];

/** The saved interfaces that stay beside those of the file. */
function listOthers({ file, saved, prune }: Surroundings): readonly SavedInterface[] {
  const names = new Set(file.interfaces.map(({ name }) => name));
  const organizations = new Set(file.interfaces.map(({ organization }) => organization));
  return saved.interfaces.filter(
    (other) => !other.archived && !names.has(other.name) && !(prune && organizations.has(other.organization)),
  );
}

function checkOrganization(
  { name, organization }: InterfaceReferences,
  index: number,
  saved: SavedConfiguration,
): readonly ReferenceProblem[] {
  if (organization === undefined) return [];
  const path = ['interfaces', index, 'organization'] as const;
  const codes = saved.organizations.map(({ code }) => code);
  if (!codes.includes(organization)) {
    const empty = 'an organization of the catalogue, which is empty; fill it with tixngo import catalogue';
    const allowed = codes.length === 0 ? empty : suggest(organization, codes, 'an organization of the catalogue');
    return [{ path, found: `the unknown organization ${quote(organization)}`, allowed }];
  }
  const before = saved.interfaces.find((row) => row.name === name);
  if (before === undefined || before.organization === organization) return [];
  const found = `${quote(organization)}, but ${before.name} is the interface of ${before.organization}`;
  const allowed = `${before.organization}, or another name: its runs and marks belong to that organization`;
  return [{ path, found, allowed }];
}

/** One interface per organization; the same URL and key are one account with one name, and one name is one account (domain.md 3). */
function checkBeside(entry: InterfaceReferences, index: number, other: SavedInterface): readonly ReferenceProblem[] {
  const { organization, organizer, url, apiKey } = entry;
  if (organization !== undefined && organization === other.organization) {
    const found = `a second interface for ${organization}, beside ${other.name}`;
    const allowed = `one interface per organization: with two, the push functions could not tell whose mark is whose. Keep ${other.name}, or replace it with --prune`;
    return [{ path: ['interfaces', index, 'organization'], found, allowed }];
  }
  if (organizer === undefined || url === undefined || apiKey === undefined) return [];
  const sameAccount = url === other.url && toCanonicalJson(apiKey) === toCanonicalJson(other.apiKey);
  const sameName = organizer === other.organizer;
  if (sameAccount === sameName) return [];
  const found = sameAccount
    ? `${quote(organizer)}, but ${other.name} has the same URL and key and names ${other.organizer}`
    : `${quote(organizer)}, which ${other.name} names too, with another URL or key`;
  const allowed = sameAccount ? other.organizer : 'another name: two accounts have two names';
  return [{ path: ['interfaces', index, 'organizer'], found, allowed }];
}

/** The part of the catalogue in which the names of a schedule are looked up. */
interface Scope {
  readonly saved: SavedConfiguration;
  /** The organization of the schedule's interface; undefined where the file does not say it: a name that no organization has is wrong all the same. */
  readonly organization: string | undefined;
}

function checkSchedule(
  entry: ScheduleReferences,
  index: number,
  { file, saved }: Surroundings,
): readonly ReferenceProblem[] {
  const owner =
    file.interfaces.find(({ name }) => name === entry.interface) ??
    saved.interfaces.find(({ name }) => name === entry.interface);
  const problems: ReferenceProblem[] = [];
  const before = saved.schedules.find((row) => row.name === entry.name && row.interface === entry.interface);
  if (before !== undefined && entry.function !== undefined && before.function !== entry.function) {
    const allowed = `${before.function}, or another name: its runs belong to that function`;
    problems.push({ path: ['schedules', index, 'function'], found: quote(entry.function), allowed });
  }
  const organization = saved.organizations.find(({ code }) => code === owner?.organization);
  // What an organization has that the catalogue lacks is not known; that it lacks is said of the interface.
  if (organization === undefined && owner?.organization !== undefined) return problems;
  const scope: Scope = { saved, organization: organization?.code };
  problems.push(
    ...checkPointOfSales(entry.pointOfSales, index, scope),
    ...checkProducts(entry.filters?.product ?? [], index, scope),
  );
  return organization === undefined ? problems : [...problems, ...checkTimes(entry, index, organization.timeZone)];
}

/** Which of two times is the later one may depend on the zone, where one of them is a local time. */
function checkTimes(
  entry: Pick<ScheduleReferences, 'start' | 'end'>,
  index: number,
  timeZone: string,
): readonly ReferenceProblem[] {
  const [start, end] = [entry.start, entry.end].map((time) =>
    time === undefined ? undefined : readTime(time, timeZone),
  );
  if (start === undefined || end === undefined || isBefore(start, end)) return [];
  const found = `a time that is not after start in ${timeZone}`;
  return [{ path: ['schedules', index, 'end'], found, allowed: 'a later time' }];
}

/** A product that is not there would select nothing, and every run would be green. */
function checkProducts(
  written: readonly (string | undefined)[],
  index: number,
  { saved, organization }: Scope,
): ReferenceProblem[] {
  const codes = [...new Set(saved.products.filter((row) => isOf(row, organization)).map(({ code }) => code))];
  const what = `a product of ${organization ?? 'the catalogue'}`;
  return written.flatMap((code, position) =>
    code === undefined || codes.includes(code)
      ? []
      : [
          {
            path: ['schedules', index, 'filters', 'product', position],
            found: `the unknown product ${quote(code)}`,
            allowed: suggestOf(code, codes, what),
          },
        ],
  );
}

function checkPointOfSales(
  written: string | undefined,
  index: number,
  { saved, organization }: Scope,
): ReferenceProblem[] {
  const parts = (written ?? '').split(';').map((part) => part.trim());
  if (parts.length !== 2 || parts.includes('')) return [];
  const name = parts.join(';');
  const rows = saved.pointsOfSales.filter((row) => isOf(row, organization));
  const names = [...new Set(rows.map((row) => `${row.salesChannelCode};${row.posCode}`))];
  if (names.includes(name)) return [];
  const allowed = suggestOf(name, names, `a point of sales of ${organization ?? 'the catalogue'}`);
  return [{ path: ['schedules', index, 'pointOfSales'], found: `the unknown point of sales ${quote(name)}`, allowed }];
}

function isOf(row: { readonly organization: string }, organization: string | undefined): boolean {
  return organization === undefined || row.organization === organization;
}

function suggestOf(name: string, names: readonly string[], what: string): string {
  return names.length === 0
    ? `${what}, which has none; import it with tixngo import catalogue`
    : suggest(name, names, what);
}

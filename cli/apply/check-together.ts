import { suggest } from '../../core/nearest';
import { quote } from '../../core/problem';
import type { SoundInterface, SoundSchedule } from './config-shape';
import type { PathProblem } from './shape-problems';

type Interfaces = readonly (SoundInterface | undefined)[];
type Schedules = readonly (SoundSchedule | undefined)[];

/** Rules over several interfaces: unique names, one per organization, one account per name (domain.md 3). */
export function checkInterfacesTogether(interfaces: Interfaces): readonly PathProblem[] {
  const problems: PathProblem[] = [];
  interfaces.forEach((written, index) => {
    if (written === undefined) return;
    const earlier = interfaces.slice(0, index);
    const base = ['interfaces', index];
    if (written.name !== undefined && earlier.some((other) => other?.name === written.name)) {
      problems.push({
        path: [...base, 'name'],
        found: `a second interface ${quote(written.name)}`,
        allowed: 'a name of its own',
      });
    }
    const sibling = earlier.find((other) => other?.organization === written.organization);
    if (written.organization !== undefined && sibling !== undefined) {
      problems.push({
        path: [...base, 'organization'],
        found: `a second interface for ${quote(written.organization)}, beside ${quote(sibling.name ?? '')}`,
        allowed: 'one interface per organization: the push functions could not tell whose mark is whose',
      });
    }
    const twin = earlier.find((other) => isSameAccount(other, written));
    if (twin?.organizer !== undefined && written.organizer !== undefined && twin.organizer !== written.organizer) {
      problems.push({
        path: [...base, 'organizer'],
        found: quote(written.organizer),
        allowed: `${quote(twin.organizer)}, as ${quote(twin.name ?? '')} has the same URL and key reference`,
      });
    }
    const stranger = earlier.find((other) => other?.organizer === written.organizer && isOtherAccount(other, written));
    if (written.organizer !== undefined && stranger !== undefined) {
      problems.push({
        path: [...base, 'organizer'],
        found: `${quote(written.organizer)}, which ${quote(stranger.name ?? '')} has with another URL or key reference`,
        allowed: 'a name of its own for each TIXNGO account',
      });
    }
  });
  return problems;
}

/** Rules over several schedules: names unique on their interface, interfaces that exist. `known` are those of the file and of the database. */
export function checkSchedulesTogether(schedules: Schedules, known: readonly string[]): readonly PathProblem[] {
  const problems: PathProblem[] = [];
  schedules.forEach((written, index) => {
    if (written === undefined) return;
    const base = ['schedules', index];
    const isTwin = (other: SoundSchedule | undefined): boolean =>
      other?.name === written.name && other?.interface === written.interface;
    if (written.name !== undefined && written.interface !== undefined && schedules.slice(0, index).some(isTwin)) {
      const found = `a second schedule ${quote(written.name)} on ${quote(written.interface)}`;
      problems.push({ path: [...base, 'name'], found, allowed: 'a name of its own on the interface' });
    }
    if (written.interface !== undefined && !known.includes(written.interface)) {
      const allowed =
        known.length === 0
          ? 'an interface of this file or of the database; there is none yet'
          : suggest(written.interface, known, 'an interface of this file or of the database');
      problems.push({
        path: [...base, 'interface'],
        found: `the unknown interface ${quote(written.interface)}`,
        allowed,
      });
    }
  });
  return problems;
}

/** URL and key reference make the account; undefined while one of them is not known. */
function toAccount(written: SoundInterface | undefined): string | undefined {
  return written?.url === undefined || written.apiKey === undefined
    ? undefined
    : JSON.stringify([written.url, written.apiKey]);
}

function isSameAccount(left: SoundInterface | undefined, right: SoundInterface): boolean {
  const account = toAccount(left);
  return account !== undefined && account === toAccount(right);
}

function isOtherAccount(left: SoundInterface | undefined, right: SoundInterface): boolean {
  const [account, other] = [toAccount(left), toAccount(right)];
  return account !== undefined && other !== undefined && account !== other;
}

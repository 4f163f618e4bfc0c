import type { OperatorActionRow } from '../../db/queries/operations/list-operator-actions';
import type { StartActionRow } from '../../db/queries/operations/find-start-action';
import { toTime } from './times';

const done = { pause: 'paused', resume: 'resumed', stop: 'stopped' } as const;

/** `run 812 paused by ana at 2026-11-20T11:05:00+01:00: maintenance`. */
export function describeAction({ subject, action, who, reason, atMs }: OperatorActionRow, timeZone: string): string {
  return `${subject} ${done[action]} by ${who} at ${toTime(atMs, timeZone)}${reason === null ? '' : `: ${reason}`}`;
}

export function toActionDocument({ subject, action, who, reason, atMs }: OperatorActionRow, timeZone: string): object {
  return { what: subject, action, who, at: toTime(atMs, timeZone), reason };
}

/** `started by ana at 2026-11-20T11:05:00+01:00: audit`; what it was to read stands in a line of its own. */
export function describeStart({ who, reason, atMs }: StartActionRow, timeZone: string): string {
  return `started by ${who} at ${toTime(atMs, timeZone)}${reason === null ? '' : `: ${reason}`}`;
}

export function toStartDocument({ action, who, reason, atMs }: StartActionRow, timeZone: string): object {
  return { action, who, at: toTime(atMs, timeZone), reason };
}

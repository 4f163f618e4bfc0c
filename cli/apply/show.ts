import { count } from '../../core/count';
import type { Screen } from '../output/screen';
import type { FileWarning } from './config-file';
import type { Change, FieldChange } from './diff';
import type { SavedConfiguration } from './saved';
import type { TemporalChange, TemporalPlan } from './temporal-schedules';

/** What operators did that the file does not say and does not undo. */
export interface Kept {
  readonly paused: readonly string[];
  readonly skips: readonly { readonly schedule: string; readonly tickets: number }[];
}

export interface ApplyResult {
  readonly dryRun: boolean;
  readonly changes: readonly Change[];
  readonly temporal: readonly TemporalChange[];
  readonly kept: Kept;
  readonly warnings: readonly FileWarning[];
}

/** Pauses and skip lists of what is in use once the changes are made. */
export function listKept(saved: SavedConfiguration, plan: TemporalPlan, changes: readonly Change[]): Kept {
  const isInUse = (kind: Change['kind'], name: string, archived: boolean): boolean => {
    const change = changes.find((candidate) => candidate.kind === kind && candidate.name === name)?.change;
    return archived ? change === 'restore' : change !== 'archive';
  };
  const interfaces = saved.interfaces.filter(({ name, archived }) => isInUse('interface', name, archived));
  const organizers = new Set(interfaces.filter((row) => row.organizerPaused).map(({ organizer }) => organizer));
  return {
    paused: [
      ...[...organizers].map((organizer) => `organizer ${organizer}`),
      ...interfaces.filter((row) => row.paused).map(({ name }) => `interface ${name}`),
      ...plan.paused.map(({ schedule, note }) => `schedule ${schedule}${note === '' ? '' : ` (${note})`}`),
    ],
    skips: saved.schedules
      .filter((row) => row.skips > 0 && isInUse('schedule', `${row.interface}/${row.name}`, row.archived))
      .map((row) => ({ schedule: `${row.interface}/${row.name}`, tickets: row.skips })),
  };
}

/** The diff as people read it. */
export function toApplyLines(screen: Screen, result: ApplyResult): readonly string[] {
  const { changes, temporal, kept, warnings, dryRun } = result;
  const total = changes.length + temporal.length;
  const summary =
    total === 0
      ? 'Nothing to change: the system is what the file says.'
      : dryRun
        ? `${count(total, 'change')} would be made; nothing was changed (--dry-run).`
        : `${count(total, 'change')} made.`;
  return [
    ...warnings.map(({ file, line, field, message }) => `${file}:${String(line)}: remark on ${field}: ${message}`),
    ...changes.flatMap((change) => toChangeLines(screen, change)),
    ...temporal.map(({ change, schedule }) => `${signs[change]} Temporal schedule ${schedule}`),
    ...kept.paused.map((what) => `  stays paused: ${what}`),
    ...kept.skips.map(({ schedule, tickets }) => `  stays skipped: ${count(tickets, 'ticket')} of ${schedule}`),
    summary,
  ];
}

const signs = { create: '+', update: '~', restore: '+', archive: '-', remove: '-' } as const;
const colors = { create: 'green', update: 'yellow', restore: 'green', archive: 'red' } as const;

function toChangeLines(screen: Screen, { change, kind, name, fields }: Change): readonly string[] {
  const title = screen.paint(colors[change], `${signs[change]} ${kind} ${name}`);
  const lines = fields
    .filter((told) => (change === 'create' ? isWorthTelling(told) : told.field !== 'parameters' || fields.length === 1))
    .flatMap((told) => toFieldLines(change, told));
  return [`${title}${REMARKS[change] ?? ''}`, ...lines];
}

/** As the file writes it; the parameters line by line. */
function toFieldLines(change: Change['change'], { field, from, to }: FieldChange): readonly string[] {
  if (field !== 'parameters' || typeof to !== 'string') {
    return [`    ${field}: ${change === 'create' ? toText(to) : toMove(from, to)}`];
  }
  const lines = to.split(/\r\n|\n|\r/).map((line) => line.trim());
  const remark = change === 'create' ? '' : ' # another text, the same values';
  if (to.trim() === '') return [`    parameters: (none)${remark}`];
  return [`    parameters: |${remark}`, ...lines.filter((line) => line !== '').map((line) => `      ${line}`)];
}

const REMARKS: Readonly<Record<string, string>> = {
  restore: ' (was archived)',
  archive: ' (is archived: the file lacks it)',
};

/** Of something new, what was written: not each default, nor what is empty. */
function isWorthTelling({ field, to }: FieldChange): boolean {
  return !field.startsWith('parameters.') && to !== false && to !== '' && to !== '0 addresses';
}

/** Addresses show as how many there are: another value may look the same. */
function toMove(from: unknown, to: unknown): string {
  const [before, after] = [toText(from), toText(to)];
  return before === after ? `${after}, not the same as before` : `${before} -> ${after}`;
}

/** A value as one line of the configuration file. */
function toText(value: unknown): string {
  if (value === null || value === '') return '(none)';
  if (Array.isArray(value)) return `[${value.map(toText).join(', ')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value).map(([name, inner]) => `${name}: ${toText(inner)}`);
    return `{ ${entries.join(', ')} }`;
  }
  return typeof value === 'string' ? value.trim() : JSON.stringify(value);
}

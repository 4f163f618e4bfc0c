import { count } from '../count';
import type { RunEnding, RunOutcome } from '../push/report';
import type { RetrieveCounts } from './counts';

/** A file that a run applies: how many records it has, and how many of them are read. */
export interface FileProgress {
  readonly records: number;
  readonly read: number;
}

export interface RetrieveSummary {
  readonly tally: RetrieveCounts;
  readonly ending: RunEnding;
  readonly endingReason?: string;
  /** Of a run that applies a file. */
  readonly file?: FileProgress;
}

/**
 * ERROR when the run could not work, or was cancelled from outside (reliability.md F37): that is an operator's ending with a reason, while one who
 * stops a run gives none, and a paused interface ends it by intent. WARNING when there is something to look at (domain.md 6, 8.3), as the rest of a file.
 */
export function judgeRetrieve({ tally, ending, endingReason, file }: RetrieveSummary): RunOutcome {
  const isStopped = ending === 'operator' && (endingReason === undefined || endingReason.startsWith(pausedInterface));
  if (ending !== 'done' && !isStopped) return 'ERROR';
  return tally.putAside + tally.seen > 0 || isUnread(file) ? 'WARNING' : 'OK';
}

/** One line for whoever sees the run: what happened and what to do. Numbers only, no value of a record. */
export function describeRetrieve(summary: RetrieveSummary): string {
  const { putAside, seen } = summary.tally;
  const sentences = [
    whyEnded(summary),
    whatWasRead(summary),
    whatIsLeft(summary.file),
    putAside > 0 ? `${count(putAside, 'record')} put aside, not applied: tixngo put-aside list tells why.` : undefined,
    seen > 0
      ? `${count(seen, 'ticket')} seen in the wallet without an injection mark: the mark is written; was the database restored from an older copy? See: tixngo drift`
      : undefined,
  ];
  return sentences.filter((sentence) => sentence !== undefined).join(' ');
}

/** Why a run stops that had no valid answer for so long, and how the last attempt ended, where that is known. */
export function describeOutage(maxOutageMinutes: number, lastAnswer: string | undefined): string {
  const last = lastAnswer === undefined ? '' : `, at last: ${lastAnswer}`;
  return `TIXNGO gave no valid answer for maxOutageMinutes (${maxOutageMinutes.toString()})${last}`;
}

/** What to do when a file was not applied to its end. */
export const runFileAgain =
  'start it again with the file (tixngo run SCHEDULE --file F); records that are known already change nothing.';

/** The run that holds an account, as the cursor row or Temporal names it. */
export interface Holder {
  readonly workflowId: string;
  readonly namespace?: string;
  readonly execution?: string | number | null;
}

/** One line for a run that found its account held (domain.md 8.1). */
export function describeHeld(organizer: string, { workflowId, namespace, execution }: Holder): string {
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  const which = execution === undefined || execution === null ? '' : `, execution ${execution.toString()}`;
  return `Another run reads account ${organizer}: ${workflowId}${where}${which}. Nothing was done.`;
}

/** What a run ends with whose own interface is paused: it gives the account back to those who may read it. */
export function describePausedInterface(name: string): string {
  return `${pausedInterface} (tixngo resume --interface ${name})`;
}

const pausedInterface = 'its interface is paused';

/** Names the reason of a failure without naming a record: equal signatures are no news (domain.md 9). */
export function signRetrieve(ending: RunEnding, endingReason?: string): string {
  return ending === 'failed' && endingReason !== undefined ? `${ending}|${toCause(endingReason)}` : ending;
}

/**
 * A reason without what another run for the same cause would tell otherwise: keys, which stand in quotes, records, requests, counts and places
 * in a list. Numbers that belong to a word stay (STATUS_503), as do those of an address or of a place in our code.
 */
function toCause(reason: string): string {
  return reason
    .replace(/"(?:[^"\\]|\\.)*"/g, '""')
    .replace(/\bchange \d+ of ticket [^:]*|\bhash [0-9a-f]+/g, 'a record')
    .replace(/ \(request [^ )]*\)/g, '')
    .replace(/(?<![\w:.-])\d+(?![\w:-]|\.\d)/g, '#')
    .replace(/# (page|record)s?\b/g, '# $1');
}

function whatWasRead({ tally, ending }: RetrieveSummary): string {
  const { records, applied, older, repeated, skipped } = tally;
  // Only a run that came to its end knows that there is nothing new.
  if (records === 0) return ending === 'done' ? 'Nothing new.' : 'Nothing was read.';
  const parts = [
    `${applied.toString()} applied`,
    older > 0 ? `${older.toString()} older than what is known` : undefined,
    repeated > 0 ? `${repeated.toString()} known already` : undefined,
    skipped > 0 ? `${skipped.toString()} of skipped tickets` : undefined,
  ];
  return `${count(records, 'record')} read: ${parts.filter((part) => part !== undefined).join(', ')}.`;
}

function isUnread(file: FileProgress | undefined): file is FileProgress {
  return file !== undefined && file.read < file.records;
}

/** The records are people's data: no run leaves them behind (decision 44). */
function whatIsLeft(file: FileProgress | undefined): string | undefined {
  if (!isUnread(file)) return undefined;
  return `${file.read.toString()} of ${count(file.records, 'record')} of the file read, the rest is not kept: ${runFileAgain}`;
}

function whyEnded({ ending, endingReason }: RetrieveSummary): string | undefined {
  switch (ending) {
    case 'done':
      return undefined;
    case 'operator':
      return endingReason === undefined
        ? 'Stopped by an operator.'
        : `Stopped: ${endingReason}; the next run goes on from the cursor.`;
    case 'outage':
      return `Stopped: ${endingReason ?? 'TIXNGO gave no valid answer for maxOutageMinutes'}; the next run goes on from the cursor.`;
    case 'failed':
      return `Could not work: ${endingReason ?? 'no reason recorded'}.`;
    case 'kill ratio':
    case 'all refused':
      return `Stopped: ${ending}.`;
  }
}

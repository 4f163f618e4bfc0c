import { count } from '../count';

/** Counts of a closed execution, and what makes it OK, WARNING or ERROR (domain.md 6). All are numbers of tickets but `execution`. */
export interface Tally {
  readonly planned: number;
  readonly delivered: number;
  readonly refused: number;
  readonly skipped: number;
  readonly simulated: number;
  readonly unknown: number;
  readonly notTried: number;
  /** REFUSED in an earlier run, still due, and not tried in this one: the function ends in error at every run until they are mended. */
  readonly standingRefused: number;
  /** Forced numbers that name no ticket of the organization. */
  readonly unknownForced: number;
  /** Forced tickets on the skip list: left out of the plan, for skip wins (domain.md 5.2). */
  readonly skipListed?: number;
}

export interface RefusalTally {
  readonly code: string;
  readonly field?: string;
  readonly count: number;
}

export type RunOutcome = 'OK' | 'WARNING' | 'ERROR';
export type RunEnding = 'done' | 'operator' | 'kill ratio' | 'outage' | 'all refused' | 'failed';

/** ERROR for any REFUSED, UNKNOWN or NOT_TRIED, a standing refusal, or a run that could not work; WARNING for something to look at. */
export function judgeRun(tally: Tally, ending: RunEnding): RunOutcome {
  const bad = tally.refused + tally.unknown + tally.notTried + tally.standingRefused;
  if (bad > 0 || ending === 'failed' || ending === 'outage' || ending === 'all refused' || ending === 'kill ratio') {
    return 'ERROR';
  }
  return tally.unknownForced > 0 ? 'WARNING' : 'OK';
}

export interface RunSummary {
  readonly execution: number;
  readonly tally: Tally;
  readonly ending: RunEnding;
  readonly endingReason?: string;
  readonly refusals: readonly RefusalTally[];
  /** Tickets that the start or the schedule's settings name to be skipped, whether or not they are due: that would take a query more. */
  readonly toSkip?: number;
}

/** One line for whoever sees the run red: what happened and what to do. Codes and fields only, no value of a ticket. */
export function describeRun(summary: RunSummary): string {
  const { tally, execution, toSkip = 0 } = summary;
  const sentences = [
    whyEnded(summary),
    tally.refused > 0
      ? `${count(tally.refused, 'ticket')} of ${tally.planned.toString()} refused: ${topRefusals(summary.refusals)}.`
      : undefined,
    tally.unknown > 0
      ? `${count(tally.unknown, 'ticket')} sent with the answer lost; the next run asks again first.`
      : undefined,
    tally.notTried > 0 ? `${count(tally.notTried, 'ticket')} not tried; the next run takes them.` : undefined,
    tally.standingRefused > 0
      ? `${count(tally.standingRefused, 'ticket')} refused in earlier runs still due: mend or skip ${tally.standingRefused === 1 ? 'it' : 'each'} (tixngo skip add); the log names ${tally.standingRefused === 1 ? 'it' : 'them'}.`
      : undefined,
    tally.unknownForced > 0
      ? `${count(tally.unknownForced, 'forced number')} ${tally.unknownForced === 1 ? 'names' : 'name'} no ticket.`
      : undefined,
    tally.skipListed !== undefined && tally.skipListed > 0
      ? `${count(tally.skipListed, 'forced ticket')} left out by the skip list.`
      : undefined,
  ].filter((sentence) => sentence !== undefined);
  if (sentences.length === 0 && tally.planned === 0) {
    return toSkip === 0
      ? 'Nothing was due.'
      : `Nothing was due beside what the run is to skip (${count(toSkip, 'ticket')}).`;
  }
  if (sentences.length === 0) return `${count(tally.delivered + tally.simulated, 'ticket')} done.`;
  return `${sentences.join(' ')} See: tixngo log ${execution.toString()}${tally.refused > 0 ? ' --outcome REFUSED' : ''}`;
}

function whyEnded({ ending, endingReason }: RunSummary): string | undefined {
  switch (ending) {
    case 'done':
      return undefined;
    case 'operator':
      // With a reason it was ended past the product's own ways: cancelled in the Temporal UI (decision 43).
      return endingReason === undefined ? 'Stopped by an operator.' : `Stopped: ${endingReason}.`;
    case 'kill ratio':
      return 'Stopped early: the share of refused tickets passed killRatio.';
    case 'outage':
      return `Stopped: TIXNGO gave ${endingReason ?? 'no valid answer for maxOutageMinutes'}.`;
    case 'all refused':
      return 'Stopped: TIXNGO refuses everything.';
    case 'failed':
      return `Could not work: ${endingReason ?? 'no reason recorded'}.`;
  }
}

function topRefusals(refusals: readonly RefusalTally[]): string {
  const shown = refusals.slice(0, 3).map(({ code, field, count: tickets }) => {
    const subject = field === undefined ? code : `${code} ${field}`;
    return `${subject} (${tickets.toString()})`;
  });
  return refusals.length > 3 ? `${shown.join(', ')}, ...` : shown.join(', ');
}

import { assertNever } from '../assert-never';
import { count } from '../count';
import type { RunOutcome } from './report';

export type NoticeKind = 'FAILED' | 'REASON_CHANGED' | 'STILL_FAILING' | 'RECOVERED';

/** The run before, as far as mails care. `signature` names the reasons of a failure without naming a ticket. */
export interface RunBefore {
  readonly outcome: string | null;
  readonly signature: string | null;
  readonly hoursSinceMail: number | null;
}

/**
 * Whether a mail is due (domain.md 9): when a schedule turns from good to ERROR, when its reason changes, once a day while it stays
 * in error, and when it is good again. A function in standing error runs every 5 minutes; 288 equal mails a day would be ignored.
 */
export function decideNotice(
  now: { readonly outcome: RunOutcome; readonly signature: string },
  before: RunBefore,
): NoticeKind | undefined {
  const wasBad = before.outcome === 'ERROR';
  if (now.outcome !== 'ERROR') return wasBad ? 'RECOVERED' : undefined;
  if (!wasBad) return 'FAILED';
  if (before.signature !== now.signature) return 'REASON_CHANGED';
  return before.hoursSinceMail === null || before.hoursSinceMail >= 24 ? 'STILL_FAILING' : undefined;
}

/** Subject of a notice: function, interface, organization, counts (domain.md 9). */
export function noticeSubject(notice: {
  readonly kind: NoticeKind;
  readonly function: string;
  readonly interface: string;
  readonly organization: string;
  readonly bad: number;
  readonly planned: number;
  /** What is counted; tickets when absent. Of records `planned` were read and `bad` put aside. */
  readonly unit?: 'tickets' | 'records';
}): string {
  const counted = toCounts(notice);
  const where = `${notice.function} on ${notice.interface} (${notice.organization})`;
  switch (notice.kind) {
    case 'FAILED':
    case 'REASON_CHANGED':
      return `${where} ended in error: ${counted}`;
    case 'STILL_FAILING':
      return `${where} is still in error: ${counted}`;
    case 'RECOVERED':
      return `${where} is good again`;
    default:
      return assertNever(notice.kind);
  }
}

/** A run that reads is not in error because of the records that it put aside: how far it came says more than a share. */
function toCounts(notice: {
  readonly bad: number;
  readonly planned: number;
  readonly unit?: 'tickets' | 'records';
}): string {
  const { bad, planned, unit } = notice;
  if (unit !== 'records') return `${bad.toString()} of ${planned.toString()} tickets`;
  const read = planned === 0 ? 'nothing read' : `${count(planned, 'record')} read`;
  return bad === 0 ? read : `${read}, ${bad.toString()} put aside`;
}

import { decideNotice, noticeSubject } from '../../core/push/notice';
import type { RunOutcome } from '../../core/push/report';
import type { LastRun, Mail } from '../../db/queries/push/notice';

export interface MailContext {
  readonly function: string;
  readonly interfaceName: string;
  readonly organization: string;
  readonly before: LastRun;
}

/** What a mail tells of a closed run. */
export interface MailedReport {
  readonly outcome: RunOutcome | 'SKIPPED';
  readonly message: string;
  readonly signature: string;
  readonly planned: number;
  /** How many of them went wrong. */
  readonly bad: number;
  readonly unit?: 'tickets' | 'records';
}

/** The mail that a closed run asks for (domain.md 9); undefined when nothing changed. */
export function composeMail(report: MailedReport, context: MailContext): Mail | undefined {
  const { outcome, signature } = report;
  if (outcome === 'SKIPPED') return undefined;
  const kind = decideNotice({ outcome, signature }, context.before);
  if (kind === undefined) return undefined;
  const { function: name, interfaceName, organization } = context;
  const subject = noticeSubject({ ...report, kind, function: name, interface: interfaceName, organization });
  return { kind, subject, body: `${report.message}\n` };
}

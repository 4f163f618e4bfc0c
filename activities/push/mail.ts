import { decideNotice, noticeSubject } from '../../core/push/notice';
import type { LastRun, Mail } from '../../db/queries/push/notice';
import type { SignedReport } from './report';

export interface MailContext {
  readonly function: string;
  readonly interfaceName: string;
  readonly organization: string;
  readonly before: LastRun;
}

/** The mail that a closed run asks for (domain.md 9); undefined when nothing changed. */
export function composeMail(report: SignedReport, context: MailContext): Mail | undefined {
  const { outcome, signature, planned } = report;
  if (outcome === 'SKIPPED') return undefined;
  const kind = decideNotice({ outcome, signature }, context.before);
  if (kind === undefined) return undefined;
  const { function: name, interfaceName, organization } = context;
  const bad = report.refused + report.unknown + report.notTried;
  const subject = noticeSubject({ kind, function: name, interface: interfaceName, organization, bad, planned });
  return { kind, subject, body: `${report.message}\n` };
}

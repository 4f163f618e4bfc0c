import { parseDiffPage } from '../core/messages/parse-diff-page';
import { parseErrorAnswer, parsePushAnswer } from '../core/messages/parse-push-answer';
import type { PushAnswer } from '../core/messages/push-answer';
import { redactAnswer, type Redactor } from '../core/messages/redact';
import type { DiffPage } from '../core/retrieve-status/wallet-record';
import { headers, statuses } from './contract';
import { TixngoContractBroken, TixngoKeyRefused, TixngoUnavailable, type FailureFacts } from './errors';
import type { HttpAnswer } from './http-call';
import { parseRetryAfter } from './retry-after';

/** The account behind a key (operation accountStatus). */
export interface AccountStatus {
  readonly organizer: string;
  /** TIXNGO's clock, RFC 3339. */
  readonly time: string;
}

/** What an answer to a diff call says. `key-refused`: TIXNGO does not know the pagination key (any more). */
export type DiffAnswer =
  { readonly kind: 'page'; readonly page: DiffPage } | { readonly kind: 'key-refused'; readonly status: number };

/**
 * What an answer to a push call says, redacted; throws the error class that its status or its shape stands for (architecture.md
 * "Failure, by layer").
 */
export function readPushAnswer(answer: HttpAnswer, openRedactorOfCall: () => Redactor): PushAnswer {
  const { status } = answer;
  const readable = isSuccess(status) || isOneOf(statuses.refusesWhole, status) || status === 409;
  if (!readable) throw toStatusFailure(answer, openRedactorOfCall);
  const body = parseJson(answer.text);
  const parsed = body === notJson ? undefined : parsePushAnswer({ status, body, requestId: toRequestId(answer) });
  const safe = parsed !== undefined && hasWords(parsed) ? redactAnswer(parsed, openRedactorOfCall()) : parsed;
  // Also one that names only what was not sent: it says nothing about these tickets, and the call may still be worked on.
  if (status === 409 && !namesTickets(safe)) throw toStatusFailure(answer, openRedactorOfCall);
  // It accepted nothing of the second sending, and the first may have been accepted (decision 21). A call that is made again for the reset is
  // on record as repeated, and then its refusal counts for what it is. Every other answer leaves open, or settles, what both sendings did.
  if (answer.repeated && safe?.kind === 'refused-whole') {
    throw new TixngoUnavailable({ attempt: answer.attempt, reason: 'RESET' });
  }
  if (safe !== undefined) return safe;
  throw toShapeFailure(answer, body);
}

/** The account that an answer to accountStatus names; throws as readPushAnswer. */
export function readAccountStatus(answer: HttpAnswer, openRedactorOfCall: () => Redactor): AccountStatus {
  if (!isSuccess(answer.status)) throw toStatusFailure(answer, openRedactorOfCall);
  const body = parseJson(answer.text);
  if (isAccountStatus(body)) return { organizer: body.organizer, time: body.time };
  throw toShapeFailure(answer, body);
}

/** The page that an answer to a diff call holds; throws as readPushAnswer. */
export function readDiffAnswer(
  answer: HttpAnswer,
  call: { readonly paginationKey: string; readonly openRedactor: () => Redactor },
): DiffAnswer {
  const { status } = answer;
  if (call.paginationKey !== '' && isOneOf(statuses.refusesPaginationKey, status))
    return { kind: 'key-refused', status };
  if (!isSuccess(status)) throw toStatusFailure(answer, call.openRedactor);
  const body = parseJson(answer.text);
  if (body === notJson) throw toShapeFailure(answer, body);
  const page = parseDiffPage(body);
  if (!('problem' in page)) return { kind: 'page', page };
  throw new TixngoContractBroken({ ...toFacts(answer, 'SHAPE'), problem: page.problem });
}

function hasWords(answer: PushAnswer): boolean {
  return answer.kind === 'refused-whole' || answer.results.some(({ errors }) => errors.length > 0);
}

function namesTickets(answer: PushAnswer | undefined): boolean {
  return answer?.kind === 'refused-whole' && answer.named.length > 0;
}

/** A body that is no JSON may be a proxy's page or half an answer: it says nothing about the tickets, and the call can be repeated. */
function toShapeFailure(answer: HttpAnswer, body: unknown): Error {
  if (body === notJson) return new TixngoUnavailable(toFacts(answer, 'UNREADABLE'));
  return new TixngoContractBroken(toFacts(answer, 'SHAPE'));
}

function isAccountStatus(body: unknown): body is AccountStatus {
  return (
    typeof body === 'object' &&
    body !== null &&
    'organizer' in body &&
    typeof body.organizer === 'string' &&
    'time' in body &&
    typeof body.time === 'string'
  );
}

function toStatusFailure(answer: HttpAnswer, openRedactorOfCall: () => Redactor): Error {
  const { status } = answer;
  const error = parseErrorAnswer(parseJson(answer.text));
  const said = error === undefined ? undefined : openRedactorOfCall().error(error);
  const facts = { ...toFacts(answer, `STATUS_${String(status)}`), said };
  if (isOneOf(statuses.refusesKey, status)) return new TixngoKeyRefused(facts);
  if (status >= 500 || isOneOf(statuses.unavailable, status)) return new TixngoUnavailable(facts);
  return new TixngoContractBroken(facts);
}

const notJson = Symbol('not JSON');

function parseJson(text: string): unknown {
  try {
    const body: unknown = JSON.parse(text);
    return body;
  } catch {
    // The parser's own words quote the body, so they are left out.
    return notJson;
  }
}

function toFacts(answer: HttpAnswer, reason: string): FailureFacts {
  const retryAfterMs = parseRetryAfter(answer.headers[headers.retryAfter], answer.headers.date, Date.now());
  const { attempt, status, repeated } = answer;
  return { attempt, reason, status, requestId: toRequestId(answer), retryAfterMs, repeated };
}

/** Kept in logs, so only in a safe alphabet. */
function toRequestId(answer: HttpAnswer): string | undefined {
  const value = answer.headers[headers.requestId];
  return typeof value === 'string' && /^[A-Za-z0-9_.:/=+-]{1,128}$/.test(value) ? value : undefined;
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function isOneOf(list: readonly number[], status: number): boolean {
  return list.includes(status);
}

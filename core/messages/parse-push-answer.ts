import type { PushAnswer, TicketError, TicketResult } from './push-answer';

/** A parsed JSON answer to a push call, with the HTTP status it came with. */
export interface RawPushAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly requestId?: string | undefined;
}

/** The statuses whose answer refuses the whole call and accepts nothing (tixngo-api.md, "Operations"). */
const refusingStatuses: readonly number[] = [400, 413, 422];

/**
 * Turns the JSON answer of a push call into a PushAnswer; undefined when its shape or its status is not one of the contract. A 409
 * is an answer only when it names tickets; else it is the caller's affair (the key may still be worked on). Words, codes and fields
 * are as TIXNGO sent them: see redact.ts before they go anywhere.
 */
export function parsePushAnswer(answer: RawPushAnswer): PushAnswer | undefined {
  const requestId = answer.requestId === undefined ? {} : { requestId: answer.requestId };
  if (answer.status >= 200 && answer.status < 300) {
    const results = parseResults(answer.body);
    return results === undefined ? undefined : { kind: 'results', results, ...requestId };
  }
  if (!refusingStatuses.includes(answer.status) && answer.status !== 409) return undefined;
  const refusal = parseRefusal(answer.body);
  if (refusal === undefined || (answer.status === 409 && refusal.named.length === 0)) return undefined;
  return { kind: 'refused-whole', status: answer.status, ...refusal, ...requestId };
}

/** TIXNGO's error in an answer of any status, as it was sent; undefined when the answer holds none. */
export function parseErrorAnswer(body: unknown): TicketError | undefined {
  return isObject(body) ? parseError(body.error) : undefined;
}

function parseResults(body: unknown): readonly TicketResult[] | undefined {
  if (!isObject(body) || !isArray(body.results)) return undefined;
  const results: TicketResult[] = [];
  for (const line of body.results) {
    if (!isObject(line)) return undefined;
    const { ticketId, outcome } = line;
    const errors = parseErrors(line.errors);
    if (typeof ticketId !== 'string' || typeof outcome !== 'string' || errors === undefined) return undefined;
    // An outcome that we do not know says nothing about its ticket: it is as if the answer lacked it, and the ticket is asked again.
    if (outcome === 'ACCEPTED' || outcome === 'REJECTED') results.push({ ticketId, outcome, errors });
  }
  return results;
}

function parseErrors(value: unknown): readonly TicketError[] | undefined {
  if (value === undefined || value === null) return [];
  if (!isArray(value)) return undefined;
  const errors: TicketError[] = [];
  for (const item of value) {
    const error = parseError(item);
    if (error === undefined) return undefined;
    errors.push(error);
  }
  return errors;
}

function parseError(value: unknown): TicketError | undefined {
  if (!isObject(value)) return undefined;
  const { code, field, message } = value;
  if (typeof code !== 'string' || typeof message !== 'string') return undefined;
  return typeof field === 'string' ? { code, field, message } : { code, message };
}

type Refusal = Pick<Extract<PushAnswer, { kind: 'refused-whole' }>, 'error' | 'named'>;

function parseRefusal(body: unknown): Refusal | undefined {
  const error = parseErrorAnswer(body);
  if (error === undefined || !isObject(body) || !isObject(body.error)) return undefined;
  return { error, named: parseNamed(body.error.details, error) };
}

/** `details` only helps to narrow down; what in it cannot be read names no ticket, and halving finds the bad one all the same. */
function parseNamed(details: unknown, whole: TicketError): Refusal['named'] {
  const named: Refusal['named'][number][] = [];
  if (!isArray(details)) return named;
  for (const detail of details) {
    if (!isObject(detail)) continue;
    const { ticketId, code, field, message } = detail;
    if (typeof ticketId !== 'string') continue;
    const error = {
      code: typeof code === 'string' ? code : whole.code,
      ...(typeof field === 'string' ? { field } : {}),
      message: typeof message === 'string' ? message : whole.message,
    };
    named.push({ ticketId, error });
  }
  return named;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

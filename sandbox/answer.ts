import type { ServerResponse } from 'node:http';

/** An answer before it is written. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer in the error shape of the contract. */
export function toError(status: number, code: string, message: string): Answer {
  return { status, body: { error: { code, message } } };
}

/** Refuses a pagination key: 400 as a rule; 410 is the other status that a client must understand (reliability.md F24). */
export function toExpiredKey(status: 400 | 410): Answer {
  const message = 'This pagination key has expired or was never given: begin with an empty one';
  return toError(status, 'PAGINATION_KEY_EXPIRED', message);
}

/** The same, with the tickets to blame. */
export function toErrorNaming(status: number, error: ErrorWithDetails): Answer {
  return { status, body: { error } };
}

export interface ErrorWithDetails {
  readonly code: string;
  readonly message: string;
  readonly details: readonly ErrorDetail[];
}

export interface ErrorDetail {
  readonly ticketId?: string;
  readonly code?: string;
  readonly field?: string;
  readonly message?: string;
}

/** Writes the answer as a well-behaved server does. */
export function writeAnswer(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  writeText(response, { status, text: JSON.stringify(body), headers });
}

/** Writes a JSON text that is already there. */
export function writeText(
  response: ServerResponse,
  { status, text, headers = {} }: { status: number; text: string; headers?: Readonly<Record<string, string>> },
): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

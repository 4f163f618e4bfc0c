import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { toError, toExpiredKey, writeAnswer, type Answer } from './answer';
import type { Fault, FaultOf } from './faults';

/** More than any client should read. */
const hugeBytes = 64 * 1024 * 1024;

/** Faults that keep the call from being acted on. */
export type EarlyFault =
  FaultOf<'status' | 'redirect' | 'expired-key'> | (FaultOf<'drop' | 'silence'> & { readonly at: 'before' });

export function isEarly(fault: Fault): fault is EarlyFault {
  if (fault.kind === 'status' || fault.kind === 'redirect' || fault.kind === 'expired-key') return true;
  return (fault.kind === 'drop' || fault.kind === 'silence') && fault.at === 'before';
}

/** Does what an early fault says in the place of an answer; the status that went out, if any. */
export function answerEarly(response: ServerResponse, fault: EarlyFault): number | null {
  switch (fault.kind) {
    case 'status': {
      const {
        status,
        retryAfter,
        code = `FAULT_${String(fault.status)}`,
        message = 'A fault that was switched on',
      } = fault;
      const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
      writeAnswer(response, { ...toError(status, code, message), headers });
      return status;
    }
    case 'expired-key':
      writeAnswer(response, toExpiredKey(fault.status));
      return fault.status;
    case 'redirect':
      response.writeHead(307, { location: fault.location, 'content-length': 0 });
      response.end();
      return 307;
    case 'drop':
      reset(response);
      return null;
    case 'silence':
      return null;
  }
}

/** Writes the answer of a call that was acted on, spoilt as the fault says; the status that went out, if any. */
export function spoilAnswer(
  response: ServerResponse,
  answer: Answer,
  fault: FaultOf<'drop' | 'silence' | 'answer'>,
): number | null {
  if (fault.kind === 'answer') return spoilBody(response, answer, fault);
  if (fault.kind === 'silence') {
    if (fault.at !== 'headers') return null;
    startAnswer(response, answer, { 'content-length': Buffer.byteLength(toText(answer)) }).flushHeaders();
    return answer.status;
  }
  if (fault.at !== 'middle') {
    reset(response);
    return null;
  }
  const text = toText(answer);
  startAnswer(response, answer, { 'content-length': Buffer.byteLength(text) });
  // The half must be out before the reset, else the client sees none of it.
  response.write(text.slice(0, text.length / 2), () => {
    reset(response);
  });
  return answer.status;
}

function spoilBody(response: ServerResponse, answer: Answer, { how, everyMs = 50 }: FaultOf<'answer'>): number {
  const text = toText(answer);
  const bytes = Buffer.byteLength(text);
  switch (how) {
    case 'truncated':
      startAnswer(response, answer).end(text.slice(0, text.length / 2));
      break;
    case 'not-json':
      startAnswer(response, answer).end('{"results": oops');
      break;
    case 'html':
      startAnswer(response, answer, { 'content-type': 'text/html' }).end('<html><body>Welcome</body></html>');
      break;
    case 'empty':
      startAnswer(response, answer, { 'content-length': 0 }).end();
      break;
    case 'other-shape':
      startAnswer(response, answer).end('{"answer": 42}');
      break;
    case 'length-too-long':
      startAnswer(response, answer, { 'content-length': bytes + 10 });
      response.write(text, () => {
        response.socket?.end();
      });
      break;
    case 'length-too-short':
      writeTooMuch(response, answer, text);
      break;
    case 'huge':
      writeHuge(response, answer);
      break;
    case 'gzip-bomb':
      startAnswer(response, answer, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(hugeBytes, ' ')));
      break;
    case 'drip':
      drip(startAnswer(response, answer, { 'content-length': bytes }), Buffer.from(text), everyMs);
      break;
  }
  return answer.status;
}

function toText(answer: Answer): string {
  return JSON.stringify(answer.body);
}

function startAnswer(
  response: ServerResponse,
  answer: Answer,
  headers: Record<string, string | number> = {},
): ServerResponse {
  return response.writeHead(answer.status, { 'content-type': 'application/json', ...headers });
}

/** Node refuses to write more than it announced, so this answer goes onto the socket by hand. */
function writeTooMuch(response: ServerResponse, answer: Answer, text: string): void {
  const head = `HTTP/1.1 ${String(answer.status)} OK\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n`;
  response.socket?.end(head + text);
}

function writeHuge(response: ServerResponse, answer: Answer): void {
  const chunk = Buffer.alloc(64 * 1024, ' ');
  let left = hugeBytes / chunk.length;
  startAnswer(response, answer).write('{"results": [');
  const write = () => {
    while (left > 0 && !response.destroyed) {
      left -= 1;
      if (!response.write(chunk)) {
        response.once('drain', write);
        return;
      }
    }
    response.end(']}');
  };
  write();
}

function drip(response: ServerResponse, bytes: Buffer, everyMs: number): void {
  let position = 0;
  const timer = setInterval(() => {
    response.write(bytes.subarray(position, position + 1));
    position += 1;
    if (position < bytes.length) return;
    clearInterval(timer);
    response.end();
  }, everyMs);
  response.once('close', () => {
    clearInterval(timer);
  });
}

function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

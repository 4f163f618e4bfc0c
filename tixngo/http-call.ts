import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosInstance, type AxiosResponse } from 'axios';
import type { InterfaceUrl } from '../core/interface-url';
import { TixngoAddressRefused, TixngoUnavailable } from './errors';
import { addressRefusedCode, guardLookup, type ResolveAll } from './guarded-lookup';

/** One HTTP request, relative to the interface's base. */
export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  /** Parameters of the query; their values are not part of what a failure tells. */
  readonly query?: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON in UTF-8; sent as it is. */
  readonly body?: Buffer;
  /** From the beginning of the call to the last byte of its answer. */
  readonly deadlineMs: number;
  /** Bytes of its answer after decompression, where it may be larger or smaller than those of other calls. */
  readonly maxAnswerBytes?: number;
}

/** A complete answer, of whatever status. */
export interface HttpAnswer {
  readonly attempt: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** It answers the repetition on a fresh connection: what became of the first sending is not known. */
  readonly repeated: boolean;
}

export interface HttpCallerOptions {
  readonly url: InterfaceUrl;
  /** Bytes of an answer after decompression; more is an unreadable answer. */
  readonly maxAnswerBytes: number;
  readonly resolve?: ResolveAll | undefined;
}

export interface HttpCaller {
  /** Throws TixngoUnavailable (network, time-out, too large) or TixngoAddressRefused. */
  readonly send: (call: HttpCall) => Promise<HttpAnswer>;
  readonly close: () => void;
}

/** Sends calls over connections that are kept alive, without redirects and without a proxy from the environment. */
export function openHttpCaller({ url, maxAnswerBytes, resolve }: HttpCallerOptions): HttpCaller {
  const lookup = url.anyAddress ? {} : { lookup: guardLookup(resolve) };
  const newAgent = (keepAlive: boolean) =>
    url.scheme === 'https' ? new HttpsAgent({ keepAlive, ...lookup }) : new HttpAgent({ keepAlive, ...lookup });
  const kept = newAgent(true);
  const fresh = newAgent(false);
  const http = axios.create({
    baseURL: url.base,
    proxy: false,
    maxRedirects: 0,
    maxContentLength: maxAnswerBytes,
    responseType: 'text',
    validateStatus: () => true,
    // Bodies and answers pass through as they are: axios would parse the JSON of an answer.
    transformRequest: [(body: unknown) => body],
    transformResponse: [(text: unknown) => text],
  });
  return {
    send: (call) => sendWithin(call, { http, kept, fresh }),
    close: () => {
      kept.destroy();
      fresh.destroy();
    },
  };
}

interface Connections {
  readonly http: AxiosInstance;
  readonly kept: HttpAgent;
  readonly fresh: HttpAgent;
}

/** One deadline over everything, the repetition on a fresh connection included; it also ends an answer that drips. */
async function sendWithin(call: HttpCall, { http, kept, fresh }: Connections): Promise<HttpAnswer> {
  const attempt = `${call.method} ${call.path}`;
  const deadline = new AbortController();
  const timer = setTimeout(() => {
    deadline.abort();
  }, call.deadlineMs);
  const request = (agent: HttpAgent) =>
    http.request<unknown>({
      url: call.query === undefined ? call.path : `${call.path}?${new URLSearchParams(call.query).toString()}`,
      method: call.method,
      headers: { ...call.headers },
      ...(call.body === undefined ? {} : { data: call.body }),
      httpAgent: agent,
      httpsAgent: agent,
      signal: deadline.signal,
      ...(call.maxAnswerBytes === undefined ? {} : { maxContentLength: call.maxAnswerBytes }),
    });
  try {
    return { attempt, ...(await requestPastStale(request, { kept, fresh })) };
  } catch (error) {
    throw toFailure(error, attempt, deadline.signal.aborted);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * A server may close an idle connection at the moment we use it again. That is no failure of the call: it goes out once more at once,
 * on a new connection, with the same key and body, so that nothing is doubled even if the server did act (reliability.md F14). Whether it did
 * is not known, and nobody but the answer tells of it.
 */
async function requestPastStale(
  request: (agent: HttpAgent) => Promise<AxiosResponse<unknown>>,
  { kept, fresh }: Pick<Connections, 'kept' | 'fresh'>,
): Promise<Omit<HttpAnswer, 'attempt'>> {
  try {
    return { ...readResponse(await request(kept)), repeated: false };
  } catch (error) {
    if (!isStaleConnection(error)) throw error;
    // The others have been idle at least as long: each would cost a call its next sending.
    for (const socket of Object.values(kept.freeSockets).flat()) socket?.destroy();
    return { ...readResponse(await request(fresh)), repeated: true };
  }
}

function isStaleConnection(error: unknown): boolean {
  const code = readString(error, 'code');
  const sent = readField(error, 'request');
  const isReset = code === 'ECONNRESET' || code === 'EPIPE';
  const answered = readField(sent, 'res');
  return isReset && readField(sent, 'reusedSocket') === true && (answered === null || answered === undefined);
}

function readResponse(response: AxiosResponse<unknown>): Pick<HttpAnswer, 'status' | 'headers' | 'text'> {
  const text = typeof response.data === 'string' ? response.data : '';
  return { status: response.status, headers: Object.fromEntries(Object.entries(response.headers)), text };
}

/** By code, not by class: errors made by Node itself belong to another realm in tests. The original holds key and body: it goes nowhere. */
function toFailure(error: unknown, attempt: string, pastDeadline: boolean): Error {
  const code = readString(error, 'code') ?? readString(readField(error, 'cause'), 'code') ?? '';
  if (code === addressRefusedCode) {
    return new TixngoAddressRefused(
      'The host of the interface URL resolves to an address that is not public: admit it with scheme and port in TIXNGO_ALLOWED_HOSTS, or correct the URL',
      'ADDRESS',
    );
  }
  const reason = pastDeadline ? 'TIMEOUT' : toReason(code, readString(error, 'message') ?? '');
  return new TixngoUnavailable({ attempt, reason });
}

function toReason(code: string, message: string): string {
  if (message.startsWith('maxContentLength')) return 'TOO_LARGE';
  if (code === 'ECONNRESET' || code === 'EPIPE' || message.includes('aborted')) return 'RESET';
  if (code === 'ECONNREFUSED') return 'REFUSED';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'NAME_UNKNOWN';
  if (/^(HPE_|Z_|ERR_BUFFER)/.test(code)) return 'UNREADABLE';
  return /^[A-Z][A-Z0-9_]{2,63}$/.test(code) ? code : 'NETWORK';
}

function readField(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function readString(value: unknown, name: string): string | undefined {
  const field = readField(value, name);
  return typeof field === 'string' ? field : undefined;
}

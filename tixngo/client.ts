import { parseInterfaceUrl, type AllowedHost } from '../core/interface-url';
import type { PushAnswer } from '../core/messages/push-answer';
import { openRedactor } from '../core/messages/redact';
import { headers, operations, type PushOperation } from './contract';
import { TixngoAddressRefused, TixngoKeyRefused } from './errors';
import type { ResolveAll } from './guarded-lookup';
import { openHttpCaller } from './http-call';
import { readAccountStatus, readDiffAnswer, readPushAnswer, type AccountStatus, type DiffAnswer } from './read-answer';

export type { AccountStatus, DiffAnswer } from './read-answer';

/** Milliseconds from the beginning of a call to the last byte of its answer, when the call names no other deadline. */
export const defaultDeadlineMs = 30_000;
/** Bytes of an answer, after decompression. */
export const defaultMaxAnswerBytes = 4 * 1024 * 1024;
/**
 * The same of a diff page: 1000 records of up to 64 KB each, the longest that is applied, and half as much again for some that are longer and
 * are put aside, so that one monstrous record does not keep its page from being read. More is a page that a worker cannot hold.
 */
export const maxPageBytes = 96 * 1024 * 1024;

export interface TixngoClientOptions {
  /** The interface's URL, ending in `organizer/tickets`. */
  readonly url: string;
  /** Where interfaces may point (core/interface-url.ts). */
  readonly allowedHosts: readonly AllowedHost[];
  /** The ADMIN account's key itself. */
  readonly apiKey: string;
  /** Name of the header that carries the key; `x-api-key` when absent. */
  readonly apiKeyHeader?: string;
  readonly deadlineMs?: number;
  readonly maxAnswerBytes?: number;
  /** How a host's name becomes addresses; `dns.lookup` when absent. */
  readonly resolve?: ResolveAll;
}

/** One push call: the body as it goes out, JSON in UTF-8, and the key under which it may be repeated. */
export interface PushCall {
  readonly body: Buffer;
  readonly idempotencyKey: string;
  readonly deadlineMs?: number;
}

/** Asks for the page of changes after `paginationKey`, '' for the first one, with at most `limit` records. */
export interface DiffCall {
  readonly paginationKey: string;
  readonly limit: number;
  readonly deadlineMs?: number;
}

/** Calls to one TIXNGO account. Every call throws TixngoUnavailable, TixngoKeyRefused, TixngoContractBroken or TixngoAddressRefused. */
export interface TixngoClient {
  /** TIXNGO's words in the answer have every value of `body` (3 characters or more) replaced by its path. */
  readonly push: (operation: PushOperation, call: PushCall) => Promise<PushAnswer>;
  readonly inject: (call: PushCall) => Promise<PushAnswer>;
  readonly diff: (call: DiffCall) => Promise<DiffAnswer>;
  readonly accountStatus: (options?: { readonly deadlineMs?: number }) => Promise<AccountStatus>;
  /** Ends the connections that are kept alive. */
  readonly close: () => void;
}

/** Opens a client; throws TixngoAddressRefused for a URL that the rule refuses, TixngoKeyRefused for a key that no header can carry. */
export function openTixngoClient(options: TixngoClientOptions): TixngoClient {
  const url = parseInterfaceUrl(options.url, options.allowedHosts);
  if ('code' in url) throw new TixngoAddressRefused(url.message, url.code);
  requireUsableKey(options.apiKey);
  const { deadlineMs = defaultDeadlineMs, maxAnswerBytes = defaultMaxAnswerBytes, resolve } = options;
  const caller = openHttpCaller({ url, maxAnswerBytes, resolve });
  const fixedHeaders = {
    accept: 'application/json',
    'user-agent': 'tixngo-interface',
    [options.apiKeyHeader ?? headers.apiKey]: options.apiKey,
  };

  const push = async (operation: PushOperation, call: PushCall): Promise<PushAnswer> => {
    const answer = await caller.send({
      ...operations[operation],
      headers: {
        ...fixedHeaders,
        'content-type': 'application/json',
        [headers.idempotencyKey]: call.idempotencyKey,
      },
      body: call.body,
      deadlineMs: call.deadlineMs ?? deadlineMs,
    });
    // A redactor costs some milliseconds: it is made only when an answer holds words.
    return readPushAnswer(answer, () => openRedactor([...readItems(call.body), { apiKey: options.apiKey }]));
  };

  return {
    push,
    inject: (call) => push('injectTickets', call),
    diff: async ({ paginationKey, limit, deadlineMs: given = deadlineMs }) => {
      const answer = await caller.send({
        ...operations.diffTickets,
        query: { ...(paginationKey === '' ? {} : { paginationKey }), limit: limit.toString() },
        headers: fixedHeaders,
        deadlineMs: given,
        maxAnswerBytes: options.maxAnswerBytes ?? maxPageBytes,
      });
      return readDiffAnswer(answer, {
        paginationKey,
        openRedactor: () => openRedactor([{ apiKey: options.apiKey }]),
      });
    },
    accountStatus: async (call) => {
      const given = call?.deadlineMs ?? deadlineMs;
      const answer = await caller.send({ ...operations.accountStatus, headers: fixedHeaders, deadlineMs: given });
      return readAccountStatus(answer, () => openRedactor([{ apiKey: options.apiKey }]));
    },
    close: caller.close,
  };
}

function requireUsableKey(key: string): void {
  const position = key.search(/[^\x21-\x7e]/);
  if (key !== '' && position === -1) return;
  const what =
    key === '' ? 'empty' : `holds a character that is not printable ASCII at position ${String(position + 1)}`;
  throw new TixngoKeyRefused({ attempt: `the key ${what}`, reason: 'KEY_UNUSABLE' });
}

/** The tickets or privileges of a body that we built. */
function readItems(body: Buffer): readonly unknown[] {
  const sent: unknown = JSON.parse(body.toString());
  return typeof sent === 'object' && sent !== null ? Object.values(sent).flat() : [sent];
}

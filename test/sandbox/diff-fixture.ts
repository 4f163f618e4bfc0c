import type { SandboxOptions } from '../../sandbox/server';
import { openStage, toTicket, type Stage, toCall } from '../tixngo/fixture';

/** A stage with the account of the club, which its client is of, and another one. */
export function openTwoAccounts(options: Partial<SandboxOptions> = {}): Promise<Stage> {
  const accounts = [
    { organizer: 'club', apiKey: 'key-of-the-club' },
    { organizer: 'other', apiKey: 'key-of-the-other' },
  ];
  return openStage({ accounts, ...options });
}

/** A page as it came over the wire; records may be spoilt, so nothing is known of them. */
export interface WirePage {
  readonly status: number;
  readonly tickets: readonly WireRecord[];
  readonly paginationKey: string;
  readonly hasMore: boolean;
  readonly error?: { readonly code: string };
}

export interface WireRecord {
  readonly changeNumber: number;
  readonly changedAt: string;
  readonly ticketId: string;
  readonly status: string;
  readonly spectatorDetails: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

export interface Asked {
  readonly paginationKey?: string;
  readonly limit?: number | string;
  readonly apiKey?: string;
}

/** Asks for a page as any client would, without this product's. */
export async function askPage(stage: Stage, { paginationKey = '', limit, apiKey = 'key-of-the-club' }: Asked = {}) {
  const query = new URLSearchParams({ paginationKey, ...(limit === undefined ? {} : { limit: String(limit) }) });
  const response = await fetch(`${stage.sandbox.url}/diff?${query.toString()}`, { headers: { 'x-api-key': apiKey } });
  const body: unknown = await response.json();
  if (typeof body !== 'object' || body === null) throw new Error('The answer is no object');
  return toPage({ status: response.status, ...body });
}

/** Reads from a key until there is no more, at most 1,000 pages. */
export async function readAll(
  stage: Stage,
  { paginationKey = '', ...asked }: Asked = {},
): Promise<readonly WirePage[]> {
  const pages: WirePage[] = [];
  let key = paginationKey;
  do {
    const page = await askPage(stage, { ...asked, paginationKey: key });
    pages.push(page);
    key = page.paginationKey;
  } while (pages.at(-1)?.hasMore === true && pages.length < 1000);
  return pages;
}

export const numbersOf = (pages: readonly WirePage[]): readonly number[] =>
  pages.flatMap(({ tickets }) => tickets.map(({ changeNumber }) => changeNumber));

export const countTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

/** Injects tickets T-001, T-002 and so on, one change each. */
export async function injectMany(stage: Stage, count: number): Promise<void> {
  const tickets = countTo(count).map((number) => toTicket(`T-${String(number).padStart(3, '0')}`));
  for (let start = 0; start < count; start += 50) await stage.client.inject(toCall(tickets.slice(start, start + 50)));
}

function toPage(body: object): WirePage {
  if (!isPage(body)) throw new Error('The answer is neither a page nor an error');
  return body;
}

function isPage(body: object): body is WirePage {
  return 'tickets' in body || 'error' in body;
}

import { type AskedBefore, isContractBroken } from '../../core/retrieve-status/progress';
import type { DiffPage } from '../../core/retrieve-status/wallet-record';
import { findAskedKey } from '../../db/queries/retrieve-status/asked-key';
import type { PageBefore } from '../../db/queries/retrieve-status/load-page';
import { type Fetched, fetchPage, longestQuickMs, type PageCall } from './fetch-page';
import { OpenPage } from './page';
import type { Reader } from './reader';

/** What became of a fetch that nobody waited for. A failure that came quickly is tried again when the page has its turn. */
export type FetchedAhead = Fetched | { readonly kind: 'failed'; readonly error: unknown; readonly wasQuick: boolean };

/** What is on record of a pagination key that was asked for before; undefined when it was not. */
export type WhetherAsked = Promise<AskedBefore | undefined>;

/** A key that a page was asked for with, and the highest change number of that page. */
interface AskedKey {
  readonly paginationKey: string;
  readonly newest: number | undefined;
}

/** Looks it up. */
export function whetherAsked({ world, organizer, identity }: Reader, paginationKey: string): WhetherAsked {
  return findAskedKey(world.database, { organizer, paginationKey, execution: identity.execution });
}

/** The next page: fetched while the present one is written, and loaded as soon as both it and what that one changes are known. */
export class PageAhead {
  /** Never rejects: nobody waits for it before its turn. */
  private readonly fetched: Promise<FetchedAhead>;
  private page: DiffPage | undefined;
  private present: PageBefore | undefined;
  private open: OpenPage | undefined;
  private asked: WhetherAsked | undefined;

  constructor(
    private readonly reader: Reader,
    readonly call: PageCall,
    /** The page that is being written: it notes its key with that. */
    presentKey: AskedKey,
  ) {
    // Tried once: a worker that was frozen meanwhile would ask again for pages that another one has read (reliability.md L3).
    const startedAt = performance.now();
    this.fetched = fetchPage(reader, call, 0).then(
      (fetched) => {
        if (fetched.kind === 'page' && !isContractBroken(fetched.page)) {
          this.page = fetched.page;
          this.asked = this.lookUp(fetched.page, presentKey);
        }
        this.loadWhenKnown();
        return fetched;
      },
      (error: unknown) => ({ kind: 'failed', error, wasQuick: performance.now() - startedAt <= longestQuickMs }),
    );
  }

  /** The present page is being written, and this is what it may change. */
  meetPresent(present: PageBefore): void {
    this.present = present;
    this.loadWhenKnown();
  }

  /** The present page is not being written any more: written or not, whoever loads now sees what is there. */
  endPresent(): void {
    this.present = undefined;
  }

  /** The page, and its transaction where that has begun. */
  async take(): Promise<{
    readonly fetched: FetchedAhead;
    readonly open: OpenPage | undefined;
    readonly asked: WhetherAsked | undefined;
  }> {
    const fetched = await this.fetched;
    const { open, asked } = this;
    this.open = undefined;
    return { fetched, open, asked };
  }

  /** Ends the transaction, if it has begun; the page itself is kept. */
  async unload(): Promise<void> {
    this.endPresent();
    await this.open?.drop();
    this.open = undefined;
  }

  private lookUp({ paginationKey }: DiffPage, present: AskedKey): WhetherAsked {
    if (paginationKey === present.paginationKey) {
      return Promise.resolve({ byThisRun: true, newest: present.newest ?? null });
    }
    const asked = whetherAsked(this.reader, paginationKey);
    // Awaited when the page gets its turn, which may never come.
    asked.catch(() => undefined);
    return asked;
  }

  private loadWhenKnown(): void {
    const { page, present, reader } = this;
    if (page !== undefined && present !== undefined && this.open === undefined) {
      this.open = new OpenPage(reader, page, present);
    }
  }
}

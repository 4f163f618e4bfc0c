import { isContractBroken } from '../../core/retrieve-status/progress';
import type { DiffPage } from '../../core/retrieve-status/wallet-record';
import type { PageBefore } from '../../db/queries/retrieve-status/load-page';
import { type Fetched, fetchPage, longestQuickMs, type PageCall } from './fetch-page';
import { OpenPage } from './page';
import type { Reader } from './reader';

/** What became of a fetch that nobody waited for. A failure that came quickly is tried again when the page has its turn. */
export type FetchedAhead = Fetched | { readonly kind: 'failed'; readonly error: unknown; readonly wasQuick: boolean };

/** The next page: fetched while the present one is written, and loaded as soon as both it and what that one changes are known. */
export class PageAhead {
  /** Never rejects: nobody waits for it before its turn. */
  private readonly fetched: Promise<FetchedAhead>;
  private page: DiffPage | undefined;
  private present: PageBefore | undefined;
  private open: OpenPage | undefined;

  constructor(
    private readonly reader: Reader,
    readonly call: PageCall,
  ) {
    // Tried once: a worker that was frozen meanwhile would ask again for pages that another one has read (reliability.md L3).
    const startedAt = performance.now();
    this.fetched = fetchPage(reader, call, 0).then(
      (fetched) => {
        if (fetched.kind === 'page' && !isContractBroken(fetched.page)) this.page = fetched.page;
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
  async take(): Promise<{ readonly fetched: FetchedAhead; readonly open: OpenPage | undefined }> {
    const fetched = await this.fetched;
    const { open } = this;
    this.open = undefined;
    return { fetched, open };
  }

  /** Ends the transaction, if it has begun; the page itself is kept. */
  async unload(): Promise<void> {
    this.endPresent();
    await this.open?.drop();
    this.open = undefined;
  }

  private loadWhenKnown(): void {
    const { page, present, reader } = this;
    if (page !== undefined && present !== undefined && this.open === undefined) {
      this.open = new OpenPage(reader, page, present);
    }
  }
}

import {
  describeBrokenContract,
  isContractBroken,
  isLedBack,
  judgeProgress,
  newestOf,
  type Progress,
} from '../../core/retrieve-status/progress';
import type { DiffPage } from '../../core/retrieve-status/wallet-record';
import type { Stand } from '../../db/queries/retrieve-status/read-stand';
import { passing } from '../failures';
import { type Fetched, fetchPage, type PageCall } from './fetch-page';
import { OpenPage, type PageEnd } from './page';
import { PageAhead, type WhetherAsked, whetherAsked } from './page-ahead';
import { endRun, followed, holdCursor, type Reader } from './reader';
import type { Stepped } from './step';

/** So often in a row a page may find the cursor moved by another writer. */
const mostMoves = 3;

/** The pages that TIXNGO has, one after the other; the next one is fetched while the present one is written. */
export class FetchedPages {
  private ahead: PageAhead | undefined;
  /** The transaction of the page whose turn it is, where that has begun ahead of it. */
  private begun: OpenPage | undefined;
  /** Whether the key of that page was asked for before, where that has been looked up ahead of its turn. */
  private asked: WhetherAsked | undefined;
  private movesInARow = 0;

  constructor(
    private readonly reader: Reader,
    /** Pages in a row that made no progress. */
    public withoutProgress: number,
  ) {}

  isAhead(): boolean {
    return this.ahead !== undefined;
  }

  /** Fetches and writes the page at the cursor. `isOver`: no page is fetched ahead any more. */
  async applyNext(stand: Stand, isOver: () => boolean): Promise<Stepped> {
    const { reader } = this;
    const call = toCall(reader, { paginationKey: stand.paginationKey, read: stand.counts.records });
    if (call === undefined) return { step: 'done' };
    const fetched = await this.take(call, stand);
    if (fetched.kind === 'refused') return await this.end(fetched.reason);
    const { page } = fetched;
    if (isContractBroken(page))
      return await this.end(
        describeBrokenContract(page, 'The page is not applied and the cursor stays; ask TIXNGO what changed'),
      );
    const newest = newestOf(page.records);
    const progress = await this.judge(call, { page, newest });
    if (progress.next === 'fetch' && !isOver()) this.fetchAhead(stand, { call, page, progress, newest });
    try {
      const written = await (this.begun ?? new OpenPage(reader, page)).write({
        move: () => ({ to: progress.cursor, ...(newest === undefined ? {} : { newest }) }),
        stays: 'The cursor stays before its page',
        onWriting: (present) => this.ahead?.meetPresent(present),
      });
      return await this.afterWrite(written, { progress, stand });
    } finally {
      this.ahead?.endPresent();
    }
  }

  /** Ends what was begun ahead of its turn; no page is read after this. */
  async close(): Promise<void> {
    // One that has not come to be written would wait for its turn for ever, with a connection of the worker.
    await this.begun?.drop();
    await this.ahead?.unload();
  }

  private async afterWrite(
    written: PageEnd,
    { progress, stand }: { readonly progress: Progress; readonly stand: Stand },
  ): Promise<Stepped> {
    if (written.kind === 'refused') return await this.end(written.reason);
    if (written.kind === 'moved') return await this.meetMoved();
    this.movesInARow = 0;
    // A page raises it by one; what the page tells is compared with it.
    this.reader.hold.version = (BigInt(stand.version) + 1n).toString();
    this.withoutProgress = progress.idlePages;
    if (progress.next === 'stop') return await this.end(progress.problem ?? 'no progress');
    const step = progress.next === 'done' ? 'done' : 'on';
    return { step, stand: written.stand };
  }

  /** The page that was fetched ahead, if it was asked for with what the cursor is now. */
  private async take(call: PageCall, stand: Stand): Promise<Fetched> {
    const { ahead } = this;
    this.ahead = undefined;
    this.begun = undefined;
    this.asked = undefined;
    if (ahead?.call.paginationKey === call.paginationKey && ahead.call.limit === call.limit) {
      const { fetched, open, asked } = await ahead.take();
      this.begun = open;
      this.asked = asked;
      if (fetched.kind === 'failed') {
        if (!fetched.wasQuick) throw fetched.error;
        return await fetchPage(this.reader, call);
      }
      return fetched;
    }
    await ahead?.unload();
    if (stand.closedForMs > 0) {
      throw passing('TIXNGO_PAUSED', 'No fetch for now: TIXNGO asked for a pause', stand.closedForMs);
    }
    return await fetchPage(this.reader, call);
  }

  private fetchAhead(stand: Stand, { call: { paginationKey }, page, progress, newest }: Judged): void {
    const read = stand.counts.records + page.records.length + page.putAside.length;
    const call = toCall(this.reader, { paginationKey: progress.cursor, read });
    if (call !== undefined) this.ahead = new PageAhead(this.reader, call, { paginationKey, newest });
  }

  private async judge(
    { paginationKey }: PageCall,
    { page, newest }: Pick<Judged, 'page' | 'newest'>,
  ): Promise<Progress> {
    return judgeProgress(
      {
        asked: paginationKey,
        key: page.paginationKey,
        hasMore: page.hasMore,
        records: page.records.length + page.putAside.length,
        askedBefore: page.paginationKey === paginationKey || (await this.isLedBack(page.paginationKey, newest)),
      },
      this.withoutProgress,
    );
  }

  private async isLedBack(paginationKey: string, newest: number | undefined): Promise<boolean> {
    const asked = await (this.asked ?? whetherAsked(this.reader, paginationKey));
    return asked !== undefined && isLedBack(newest, asked);
  }

  /** Another attempt of this run or another run wrote first: what stands there now counts (decision 34). */
  private async meetMoved(): Promise<Stepped> {
    // What the page ahead has loaded was meant to follow a page of this attempt.
    await this.ahead?.unload();
    this.movesInARow += 1;
    if (this.movesInARow < mostMoves) return { step: 'on' };
    if ((await holdCursor(this.reader)) === 'ending') return { step: 'ending' };
    throw followed();
  }

  private async end(reason: string): Promise<Stepped> {
    await endRun(this.reader, reason);
    return { step: 'ending' };
  }
}

interface Judged {
  readonly call: PageCall;
  readonly page: DiffPage;
  /** The highest change number of the page. */
  readonly newest: number | undefined;
  readonly progress: Progress;
}

/** Undefined when the run has read as many records as it may. */
function toCall(
  { settings }: Reader,
  { paginationKey, read }: { readonly paginationKey: string; readonly read: number },
): PageCall | undefined {
  const rest = settings.batchSize === null ? Infinity : settings.batchSize - read;
  return rest > 0 ? { paginationKey, limit: Math.min(settings.batchSplitSize, rest) } : undefined;
}

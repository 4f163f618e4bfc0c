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
import { findAskedKey } from '../../db/queries/retrieve-status/asked-key';
import { passing } from '../failures';
import { type Fetched, fetchPage, type PageCall } from './fetch-page';
import { OpenPage, type PageEnd } from './page';
import { PageAhead } from './page-ahead';
import { endRun, followed, holdCursor, type Reader } from './reader';
import type { Step } from './step';

/** So often in a row a page may find the cursor moved by another writer. */
const mostMoves = 3;

/** The pages that TIXNGO has, one after the other; the next one is fetched while the present one is written. */
export class FetchedPages {
  private ahead: PageAhead | undefined;
  /** The transaction of the page whose turn it is, where that has begun ahead of it. */
  private begun: OpenPage | undefined;
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
  async applyNext(stand: Stand, isOver: () => boolean): Promise<Step> {
    const { reader } = this;
    const call = toCall(reader, { paginationKey: stand.paginationKey, read: stand.counts.records });
    if (call === undefined) return 'done';
    const fetched = await this.take(call, stand);
    if (fetched.kind === 'refused') return await this.end(fetched.reason);
    const { page } = fetched;
    if (isContractBroken(page))
      return await this.end(
        describeBrokenContract(page, 'The page is not applied and the cursor stays; ask TIXNGO what changed'),
      );
    const progress = await this.judge(call, page);
    if (progress.next === 'fetch' && !isOver()) this.fetchAhead(stand, { page, progress });
    const newest = newestOf(page.records);
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
  ): Promise<Step> {
    if (written.kind === 'refused') return await this.end(written.reason);
    if (written.kind === 'moved') return await this.meetMoved();
    this.movesInARow = 0;
    // A page raises it by one.
    this.reader.hold.version = (BigInt(stand.version) + 1n).toString();
    this.withoutProgress = progress.idlePages;
    if (progress.next === 'stop') return await this.end(progress.problem ?? 'no progress');
    return progress.next === 'done' ? 'done' : 'on';
  }

  /** The page that was fetched ahead, if it was asked for with what the cursor is now. */
  private async take(call: PageCall, stand: Stand): Promise<Fetched> {
    const { ahead } = this;
    this.ahead = undefined;
    this.begun = undefined;
    if (ahead?.call.paginationKey === call.paginationKey && ahead.call.limit === call.limit) {
      const { fetched, open } = await ahead.take();
      this.begun = open;
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

  private fetchAhead(stand: Stand, { page, progress }: { readonly page: DiffPage; readonly progress: Progress }): void {
    const read = stand.counts.records + page.records.length + page.putAside.length;
    const call = toCall(this.reader, { paginationKey: progress.cursor, read });
    if (call !== undefined) this.ahead = new PageAhead(this.reader, call);
  }

  private async judge({ paginationKey }: PageCall, page: DiffPage): Promise<Progress> {
    return judgeProgress(
      {
        asked: paginationKey,
        key: page.paginationKey,
        hasMore: page.hasMore,
        records: page.records.length + page.putAside.length,
        askedBefore: page.paginationKey === paginationKey || (await this.isLedBack(page)),
      },
      this.withoutProgress,
    );
  }

  private async isLedBack({ paginationKey, records }: DiffPage): Promise<boolean> {
    const { world, organizer, identity } = this.reader;
    const asked = await findAskedKey(world.database, { organizer, paginationKey, execution: identity.execution });
    return asked !== undefined && isLedBack(newestOf(records), asked);
  }

  /** Another attempt of this run or another run wrote first: what stands there now counts (decision 34). */
  private async meetMoved(): Promise<Step> {
    // What the page ahead has loaded was meant to follow a page of this attempt.
    await this.ahead?.unload();
    this.movesInARow += 1;
    if (this.movesInARow < mostMoves) return 'on';
    if ((await holdCursor(this.reader)) === 'ending') return 'ending';
    throw followed();
  }

  private async end(reason: string): Promise<Step> {
    await endRun(this.reader, reason);
    return 'ending';
  }
}

/** Undefined when the run has read as many records as it may. */
function toCall(
  { settings }: Reader,
  { paginationKey, read }: { readonly paginationKey: string; readonly read: number },
): PageCall | undefined {
  const rest = settings.batchSize === null ? Infinity : settings.batchSize - read;
  return rest > 0 ? { paginationKey, limit: Math.min(settings.batchSplitSize, rest) } : undefined;
}

import type { Transaction } from 'kysely';
import {
  applyPage,
  emailsOf,
  identitiesOf,
  type KnownTickets,
  ticketIdsOf,
} from '../../core/retrieve-status/apply-page';
import type { PageCounts, PageEffects } from '../../core/retrieve-status/page-state';
import type { DiffPage } from '../../core/retrieve-status/wallet-record';
import {
  completePage,
  loadPage,
  type LoadedPage,
  nothingBefore,
  type PageBefore,
  toBefore,
} from '../../db/queries/retrieve-status/load-page';
import { readStand, type Stand } from '../../db/queries/retrieve-status/read-stand';
import { writeContacts } from '../../db/queries/retrieve-status/write-contacts';
import { type PageMove, writePage } from '../../db/queries/retrieve-status/write-page';
import { inPreparedTransaction } from '../../db/prepared-transaction';
import { codeOf, passing } from '../failures';
import { leaseSeconds, type Reader } from './reader';

const FOREIGN_KEY_VIOLATION = '23503';

type Page = Pick<DiffPage, 'records' | 'putAside'>;

/** What is done with a page when its turn has come. */
export interface PageWork {
  /** What moves with the page, which may depend on which of its tickets are known. */
  readonly move: (known: Pick<LoadedPage, 'tickets'>) => PageMove;
  /** Where the cursor, or the file, is left when the page is not written: a sentence without its full stop. */
  readonly stays: string;
  /** Called while the page is being written: everything that it changes is known. */
  readonly onWriting?: (before: PageBefore) => void;
}

/** `written`: how the run stands then. `moved`: another writer was quicker, nothing is written. `refused`: a record cannot be applied and the run may not put it aside. */
export type PageEnd =
  | { readonly kind: 'written'; readonly stand: Stand }
  | { readonly kind: 'moved' }
  | { readonly kind: 'refused'; readonly reason: string };

/** `locked`: another transaction has an e-mail of the page before. `dropped`: its turn never came. */
type TransactionEnd = PageEnd | { readonly kind: 'locked' } | { readonly kind: 'dropped' };

/** Rolls the transaction back and says why. */
class NotWritten extends Error {
  constructor(readonly end: TransactionEnd) {
    super(end.kind);
  }
}

/**
 * One page, one transaction: at most nine statements, whatever it holds, and no call to TIXNGO inside. It begins to load at once: while the page
 * `before` is still being written, all that that one does not touch.
 */
export class OpenPage {
  private readonly ended: Promise<TransactionEnd>;
  /** Gives the page its turn, or none. */
  private begin: (work: PageWork | undefined) => void = () => undefined;

  constructor(
    private readonly reader: Reader,
    private readonly page: Page,
    before: PageBefore = nothingBefore,
  ) {
    const turn = new Promise<PageWork | undefined>((resolve) => {
      this.begin = resolve;
    });
    this.ended = inPreparedTransaction(reader.world.database, (transaction) =>
      this.run({ transaction, before, turn }),
    ).catch((error: unknown) => {
      if (error instanceof NotWritten) return error.end;
      // S-360 merged contacts since the page was loaded, or since one did that handed its tickets on: the next attempt loads them anew.
      if (codeOf(error) === FOREIGN_KEY_VIOLATION) throw passing('ROW_DELETED', 'What a page refers to was deleted');
      throw error;
    });
    // Awaited when the page gets its turn, or is dropped.
    this.ended.catch(() => undefined);
  }

  /** Writes the page; the page before it is written, or there was none. */
  async write(work: PageWork): Promise<PageEnd> {
    this.begin(work);
    const end = await this.ended;
    if (end.kind === 'dropped') throw new Error('A page that was dropped has no turn any more');
    return end.kind === 'locked' ? await new OpenPage(this.reader, this.page).write(work) : end;
  }

  /** Ends the transaction; nothing is written. */
  async drop(): Promise<void> {
    this.begin(undefined);
    // Whatever became of it: nothing was to come of it.
    await this.ended.catch(() => undefined);
  }

  private async run({ transaction, before, turn }: Run): Promise<PageEnd> {
    const { reader, page } = this;
    const wanted = {
      organizer: reader.organizer,
      ticketIds: ticketIdsOf(page),
      emails: emailsOf(page),
      identities: (tickets: KnownTickets) => identitiesOf(page, tickets),
    };
    const loaded = await loadPage(transaction, wanted, before);
    const work = await turn;
    if (work === undefined) throw new NotWritten({ kind: 'dropped' });
    const state = await completePage(transaction, wanted, { before, loaded });
    if (state === undefined) throw new NotWritten({ kind: 'locked' });
    const effects = applyPage(page, state);
    if (!reader.settings.continueInCaseOfSyncError) refuseWhatIsPutAside(effects, work.stays);
    const contactIds = await writeContacts(transaction, { create: effects.createContacts, fill: effects.fillContacts });
    const move = work.move(state);
    // What it leaves is told while Postgres writes it.
    const [written] = await Promise.all([
      writeEffects(transaction, { reader, effects, contactIds, move }),
      tell(() => work.onWriting?.(toBefore(wanted, { ...state, effects, contactIds }))),
    ]);
    if (written === 'moved') throw new NotWritten({ kind: 'moved' });
    const stand = await readStand(transaction, reader.identity);
    if (stand === undefined) throw new Error('A page was written whose execution is not on record');
    return { kind: 'written', stand };
  }
}

/** Fails as a promise does, so that nothing goes on unawaited. */
async function tell(whom: () => void): Promise<void> {
  await Promise.resolve();
  whom();
}

interface Run {
  readonly transaction: Transaction<unknown>;
  readonly before: PageBefore;
  readonly turn: Promise<PageWork | undefined>;
}

interface Effects {
  readonly reader: Reader;
  readonly effects: PageEffects;
  readonly contactIds: ReadonlyMap<string, string>;
  readonly move: PageMove;
}

async function writeEffects(
  transaction: Transaction<unknown>,
  { reader, effects, contactIds, move }: Effects,
): Promise<'written' | 'moved'> {
  const { organizer, hold } = reader;
  if (hold.version === undefined) throw new Error('A page is written by an attempt that holds the cursor');
  const { execution, ...holder } = reader.identity;
  return await writePage(transaction, {
    execution,
    organizer,
    effects,
    contactIds,
    move,
    version: hold.version,
    holder,
    leaseSeconds,
    storeCounts: 'putAside' in move ? toRetried(effects.counts) : toStored(effects.counts),
  });
}

/** `doContinueInCaseOfSyncError` is false: the run stops before the page (domain.md 4). */
function refuseWhatIsPutAside({ putAside }: PageEffects, stays: string): void {
  const first = putAside.find(({ reason }) => reason !== 'SKIPPED');
  if (first === undefined) return;
  throw new NotWritten({
    kind: 'refused',
    reason:
      `a record cannot be applied (${first.identity}: ${first.reason}, ${first.problem}) and doContinueInCaseOfSyncError is false. ${stays}. ` +
      'Mend the cause, or set doContinueInCaseOfSyncError=true to put such records aside',
  });
}

/** A record that was put aside before is known already, as one that is on record. */
function toStored({ putAsideBefore, ...counts }: PageCounts) {
  return { ...counts, repeated: counts.repeated + putAsideBefore, pages: 1 };
}

/** Tried again and still put aside is nothing that was read: it would use up the batch size, run after run, and no page would be fetched. */
function toRetried({ putAsideBefore, ...counts }: PageCounts) {
  return { ...counts, records: counts.records - putAsideBefore, pages: 1 };
}

import { applyPage, emailsOf, identitiesOf, ticketIdsOf } from '../../core/retrieve-status/apply-page';
import type { PageCounts, PageEffects, TicketState } from '../../core/retrieve-status/page-state';
import type { DiffPage } from '../../core/retrieve-status/wallet-record';
import { loadPage } from '../../db/queries/retrieve-status/load-page';
import { writeContacts } from '../../db/queries/retrieve-status/write-contacts';
import { type PageMove, writePage } from '../../db/queries/retrieve-status/write-page';
import { inPreparedTransaction } from '../../db/prepared-transaction';
import { leaseSeconds, type Reader } from './reader';

export interface PageWork {
  readonly page: Pick<DiffPage, 'records' | 'putAside'>;
  /** What moves with the page, which may depend on which of its tickets are known. */
  readonly move: (known: { readonly tickets: ReadonlyMap<string, TicketState> }) => PageMove;
  /** Where the cursor, or the file, is left when the page is not written: a sentence without its full stop. */
  readonly stays: string;
}

/** `moved`: another writer was quicker, nothing is written. `refused`: a record cannot be applied and the run may not put it aside. */
export type PageEnd =
  { readonly kind: 'written' } | { readonly kind: 'moved' } | { readonly kind: 'refused'; readonly reason: string };

/** Rolls the transaction back and says why. */
class NotWritten extends Error {
  constructor(readonly end: PageEnd) {
    super(end.kind);
  }
}

/** One page, one transaction: at most nine statements, whatever it holds. No call to TIXNGO happens inside. */
export async function applyInTransaction(reader: Reader, { page, move, stays }: PageWork): Promise<PageEnd> {
  const { world, identity, organizer, settings } = reader;
  try {
    return await inPreparedTransaction(world.database, async (transaction) => {
      const state = await loadPage(transaction, {
        organizer,
        ticketIds: ticketIdsOf(page),
        emails: emailsOf(page),
        identities: identitiesOf(page),
      });
      const effects = applyPage(page, state);
      if (!settings.continueInCaseOfSyncError) refuseWhatIsPutAside(effects, stays);
      const contactIds = await writeContacts(transaction, {
        create: effects.createContacts,
        fill: effects.fillContacts,
      });
      const { execution, ...holder } = identity;
      const moved = move(state);
      const written = await writePage(transaction, {
        execution,
        organizer,
        effects,
        contactIds,
        move: moved,
        holder,
        leaseSeconds,
        storeCounts: 'putAside' in moved ? toRetried(effects.counts) : toStored(effects.counts),
      });
      if (written === 'moved') throw new NotWritten({ kind: 'moved' });
      return { kind: 'written' };
    });
  } catch (error) {
    if (error instanceof NotWritten) return error.end;
    throw error;
  }
}

/** `doContinueInCaseOfSyncError` is false: the run stops before the page (domain.md 4). */
function refuseWhatIsPutAside({ putAside }: PageEffects, stays: string): void {
  const [first] = putAside;
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

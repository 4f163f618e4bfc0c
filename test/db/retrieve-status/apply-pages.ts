import type { Transaction } from 'kysely';
import {
  applyPage,
  emailsOf,
  identitiesOf,
  type KnownTickets,
  ticketIdsOf,
} from '../../../core/retrieve-status/apply-page';
import type { TicketState } from '../../../core/retrieve-status/page-state';
import type { WalletRecord } from '../../../core/retrieve-status/wallet-record';
import {
  completePage,
  type LoadedPage,
  loadPage,
  nothingBefore,
  type PageBefore,
  toBefore,
} from '../../../db/queries/retrieve-status/load-page';
import { writeContacts } from '../../../db/queries/retrieve-status/write-contacts';
import { writePage } from '../../../db/queries/retrieve-status/write-page';
import { inTransaction } from '../../../db/transaction';
import { ORGANIZER, type Pages, RUN } from './page-fixture';

/** Records, cut into pages. */
export type Cut = readonly (readonly WalletRecord[])[];

/** Each page is loaded, decided and written before the next one is loaded. */
export async function oneAfterTheOther(pages: Pages, cut: Cut): Promise<void> {
  for (const page of cut) {
    const before = await inTransaction(pages.database, async (transaction) => {
      const decided = await decide(transaction, page, await loadPage(transaction, toWanted(page)));
      expect(await write(pages, transaction, decided)).toBe('written');
      return toBefore(toWanted(page), decided);
    });
    await expectHandedOn(pages, before);
  }
}

interface Place {
  readonly before: PageBefore;
  /** Resolves when the page before is committed. */
  readonly turn: Promise<void>;
  readonly onLoaded: () => void;
}

const first: Place = { before: nothingBefore, turn: Promise.resolve(), onLoaded: () => undefined };

/** Each page is loaded in a transaction of its own while the one before it holds its locks and has nothing written yet. */
export async function eachLoadedAhead(pages: Pages, [page, ...rest]: Cut, place: Place = first): Promise<void> {
  const { before, turn, onLoaded } = place;
  if (page === undefined) {
    onLoaded();
    return;
  }
  const wanted = toWanted(page);
  let commit: () => void = () => undefined;
  const committed = new Promise<void>((resolve) => {
    commit = resolve;
  });
  let others = Promise.resolve();
  await inTransaction(pages.database, async (transaction) => {
    const loaded = await loadPage(transaction, wanted, before);
    onLoaded();
    await turn;
    const state = await completePage(transaction, wanted, { before, loaded });
    if (state === undefined) throw new Error('Nobody else locks e-mails here');
    const decided = await decide(transaction, page, state);
    await new Promise<void>((resolve) => {
      others = eachLoadedAhead(pages, rest, { before: toBefore(wanted, decided), turn: committed, onLoaded: resolve });
    });
    expect(await write(pages, transaction, decided)).toBe('written');
  });
  commit();
  await others;
}

/** What a page hands on of its tickets is what Postgres then says of them. */
async function expectHandedOn(pages: Pages, { tickets }: PageBefore): Promise<void> {
  const wanted = { ...toWanted([]), ticketIds: [...tickets.keys()] };
  const loaded = await inTransaction(pages.database, (transaction) => loadPage(transaction, wanted));
  expect([...tickets.values()].map(sorted)).toEqual([...tickets.keys()].map((id) => sorted(loaded.tickets.get(id))));
}

function sorted(ticket: TicketState | undefined) {
  const history = [...(ticket?.history ?? [])].sort((left, right) => left.changeNumber - right.changeNumber);
  const distribution = [...(ticket?.distribution ?? [])].sort((l, r) => l.firstChangeNumber - r.firstChangeNumber);
  return { ...ticket, history, distribution };
}

function toWanted(page: readonly WalletRecord[]) {
  const given = { records: page, putAside: [] };
  return {
    organizer: ORGANIZER,
    ticketIds: ticketIdsOf(given),
    emails: emailsOf(given),
    identities: (tickets: KnownTickets) => identitiesOf(given, tickets),
  };
}

async function decide(transaction: Transaction<unknown>, page: readonly WalletRecord[], state: LoadedPage) {
  const effects = applyPage({ records: page, putAside: [] }, state);
  const contactIds = await writeContacts(transaction, { create: effects.createContacts, fill: effects.fillContacts });
  return { ...state, effects, contactIds };
}

async function write(
  pages: Pages,
  transaction: Transaction<unknown>,
  { effects, contactIds }: Awaited<ReturnType<typeof decide>>,
): Promise<'written' | 'moved'> {
  const { rows } = await pages.database.pool.query<{ version: string }>('select version from retrieve_cursor');
  const { putAsideBefore: _, ...counts } = effects.counts;
  return await writePage(transaction, {
    execution: 1,
    organizer: ORGANIZER,
    effects,
    contactIds,
    version: rows[0]?.version ?? '',
    move: { to: 'K' },
    holder: RUN,
    leaseSeconds: 60,
    storeCounts: { pages: 1, ...counts },
  });
}

import type { PageCounts, PageEffects } from '../../../core/retrieve-status/page-state';
import type { WalletPerson, WalletRecord } from '../../../core/retrieve-status/wallet-record';
import { openStatements } from '../../../db/statements';
import type { Database } from '../../../db/database';
import type { RunIdentity } from '../../../db/queries/push/open-execution';
import { noRecords, type RetrieveCounts } from '../../../core/retrieve-status/counts';
import { freeCursor } from '../../../db/queries/retrieve-status/free-cursor';
import { loadPage, type LoadedPage, type PageWanted } from '../../../db/queries/retrieve-status/load-page';
import { openRetrieveExecution } from '../../../db/queries/retrieve-status/open-retrieve';
import { takeCursor } from '../../../db/queries/retrieve-status/take-cursor';
import { writeContacts } from '../../../db/queries/retrieve-status/write-contacts';
import { type PageMove, writePage, type WritePageInput } from '../../../db/queries/retrieve-status/write-page';
import { inTransaction } from '../../../db/transaction';
import { cloneDatabase } from '../../helpers/database';
import { addSchedule, emptyTables, seedCatalogue } from '../../helpers/engine-seed';

export const ORGANIZER = 'club';
export const RUN: RunIdentity = { namespace: 'default', workflowId: 'retrieve-status/club', firstRunId: 'first' };

/** A database with one club and its schedule of retrieve-status (id 7), on which pages are loaded and written. */
export interface Pages {
  readonly url: string;
  readonly database: Database;
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Empties everything but the club. */
  reset(): Promise<void>;
  /** Opens a run and takes the cursor for it; gives its number. */
  open(run?: RunIdentity): Promise<number>;
  load(wanted?: Partial<PageWanted>): Promise<LoadedPage>;
  /** Writes contacts and page of the one run, in one transaction, which is undone when the page has moved. */
  write(effects: Partial<PageEffects>, options?: WriteOptions): Promise<'written' | 'moved'>;
  close(): Promise<void>;
}

export interface WriteOptions {
  readonly run?: RunIdentity;
  readonly execution?: number;
  /** Default: to the key `next`. */
  readonly move?: PageMove;
  /** Default: that which stands there. */
  readonly version?: string;
  readonly counts?: Partial<RetrieveCounts>;
}

export async function openPages(name: string): Promise<Pages> {
  const clone = await cloneDatabase(name);
  const database = openStatements({ url: clone.url, connections: 4, applicationName: 'test' });
  const seed = { url: 'http://127.0.0.1:1/organizer/tickets', keyFile: '/nowhere', organizer: ORGANIZER };
  const query = async <Row extends object>(text: string, values: readonly unknown[] = []) =>
    (await database.pool.query<Row>(text, [...values])).rows;
  const reset = async () => {
    await emptyTables(database.pool);
    await query(`alter sequence contact_id_seq restart`);
    await seedCatalogue(database.pool, seed);
    await addSchedule(database.pool, { id: 7, name: 'retrieve', interface: 1, function: 'retrieve-status' });
  };
  await reset();
  return {
    url: clone.url,
    database,
    query,
    reset,
    open: (run = RUN) => openRun(database, run),
    load: (wanted = {}) =>
      inTransaction(database, (transaction) =>
        loadPage(transaction, { organizer: ORGANIZER, ticketIds: [], emails: [], identities: () => [], ...wanted }),
      ),
    write: (effects, options = {}) => write(database, effects, options),
    close: async () => {
      await database.close();
      await clone.drop();
    },
  };
}

function openRun(database: Database, run: RunIdentity): Promise<number> {
  return inTransaction(database, async (transaction) => {
    const opened = await openRetrieveExecution(transaction, {
      ...run,
      scheduleId: '7',
      interfaceId: '1',
      organizer: ORGANIZER,
      trigger: 'OPERATOR',
      overrides: {},
      settings: {},
    });
    const taken = await takeCursor(transaction, { ...run, organizer: ORGANIZER, leaseSeconds: 60, attemptAtMs: 0 });
    if (!taken.taken) throw new Error('held');
    return opened.execution;
  });
}

export function free(database: Database, run: RunIdentity = RUN): Promise<void> {
  return inTransaction(database, (transaction) => freeCursor(transaction, { ...run, organizer: ORGANIZER }));
}

class Moved extends Error {}

async function write(
  database: Database,
  changes: Partial<PageEffects>,
  options: WriteOptions,
): Promise<'written' | 'moved'> {
  const effects: PageEffects = { ...noEffects, ...changes };
  const run = options.run ?? RUN;
  const { rows } = await database.pool.query<{ version: string; execution: number }>(
    `select (select version from retrieve_cursor where organizer = $1) as version,
       (select max(id)::float8 from execution where workflow_id = $2 and first_run_id = $3) as execution`,
    [ORGANIZER, run.workflowId, run.firstRunId],
  );
  const [now] = rows;
  if (now === undefined) throw new Error('One row');
  try {
    return await inTransaction(database, async (transaction) => {
      const contactIds = await writeContacts(transaction, {
        create: effects.createContacts,
        fill: effects.fillContacts,
      });
      const input = toPageInput(effects, {
        execution: options.execution ?? now.execution,
        contactIds,
        version: options.version ?? now.version,
        move: options.move ?? { to: 'next' },
        holder: run,
        storeCounts: { ...noRecords, pages: 1, ...options.counts },
      });
      const result = await writePage(transaction, input);
      if (result === 'moved') throw new Moved();
      return result;
    });
  } catch (error) {
    if (error instanceof Moved) return 'moved';
    throw error;
  }
}

/** What writing a page takes, where the effects are not all there. */
export function toPageInput(
  effects: Partial<PageEffects>,
  rest: Pick<WritePageInput, 'execution' | 'contactIds' | 'move' | 'version' | 'holder'> & Partial<WritePageInput>,
): WritePageInput {
  return {
    organizer: ORGANIZER,
    leaseSeconds: 60,
    storeCounts: { ...noRecords, pages: 1 },
    ...rest,
    effects: { ...noEffects, ...effects },
  };
}

const pageCounts: PageCounts = { ...noRecords, putAsideBefore: 0 };
const noEffects: PageEffects = {
  history: [],
  current: [],
  seen: [],
  createContacts: [],
  fillContacts: [],
  owners: [],
  distribution: [],
  putAside: [],
  counts: pageCounts,
};

/** A record of ticket 1 that says nothing of people. */
export function toRecord(changeNumber: number, changes: Partial<WalletRecord> = {}): WalletRecord {
  const { ticketId = '1', status = 'DOWNLOADED', transfer = null } = changes;
  const changedAt = `2026-11-20T10:00:${String(changeNumber % 60).padStart(2, '0')}.000Z`;
  const written = {
    changeNumber,
    changedAt,
    ticketId,
    status,
    ...((changes.owner ?? null) === null ? {} : { spectatorDetails: changes.owner }),
    ...(transfer === null
      ? {}
      : { transfer: { from: { email: transfer.fromEmail }, to: { email: transfer.toEmail } } }),
  };
  return {
    changeNumber,
    changedAt,
    ticketId,
    status,
    owner: null,
    transfer,
    transferLevel: null,
    json: JSON.stringify(written),
    ...changes,
  };
}

export function toPerson(changes: Partial<WalletPerson> = {}): WalletPerson {
  return {
    title: null,
    firstName: 'Ben',
    lastName: 'Okri',
    dateOfBirth: '1990-02-03',
    email: 'ben@example.org',
    nationality: 'CH',
    idCardNumber: 'X1',
    phoneNumber: '+41790000000',
    residenceCountry: 'FR',
    language: 'fr',
    allowPromoEmail: true,
    allowThirdPartyEmail: null,
    ...changes,
  };
}

import type { ExecutionIdentity } from '../../db/queries/push/identity';
import { setEnding } from '../../db/queries/push/set-ending';
import { readStand, type Stand } from '../../db/queries/retrieve-status/read-stand';
import { takeCursor } from '../../db/queries/retrieve-status/take-cursor';
import { inTransaction } from '../../db/transaction';
import { describeHeld } from '../../core/retrieve-status/report';
import type { Beat } from '../execution/heartbeat';
import { fatal, olderDatabase, passing } from '../failures';
import type { Connection, World } from '../world';
import { readOverrides, readSettings, type RetrieveOverrides, type RetrieveSettings } from './settings';

/** Seconds that a run holds the cursor without a page (decision 34). */
export const leaseSeconds = 60;

/** The cursor as an attempt holds it. */
export interface Hold {
  /** The version that this attempt has left there; undefined until it has taken the cursor. Another one there is that of a newer attempt. */
  version: string | undefined;
}

/** What an attempt knows of TIXNGO. */
export interface Contact {
  /** It gave this attempt a valid answer. */
  hasAnswered: boolean;
}

/** One attempt to apply pages of an execution. */
export interface Reader {
  readonly world: World;
  readonly beat: Beat;
  readonly identity: ExecutionIdentity;
  /** When Temporal scheduled it, in milliseconds since 1970. */
  readonly attemptAtMs: number;
  readonly organizer: string;
  readonly settings: RetrieveSettings;
  readonly overrides: RetrieveOverrides;
  readonly connection: Connection;
  readonly hold: Hold;
  readonly contact: Contact;
}

/**
 * What is asked of the database before each page, unless the page before has `told` it; fails for good when the run is closed, or the database
 * knows less than the workflow.
 */
export async function requireStand(
  { world, identity }: Pick<Reader, 'world' | 'identity'>,
  knownPages: number,
  told?: Stand,
): Promise<Stand> {
  const stand = told ?? (await readStand(world.database.kysely, identity));
  if (stand === undefined || stand.counts.pages < knownPages) throw olderDatabase(identity.execution);
  if (stand.closed) throw retrieveClosed(identity.execution);
  if (stand.connectedOrganizer !== stand.organizer) {
    throw fatal(
      'INTERFACE_MOVED',
      `The interface was moved from ${stand.organizer} to ${stand.connectedOrganizer}: the next run reads there`,
    );
  }
  return stand;
}

/** A closed run reads nothing more: a reset or a late attempt meets this. */
export function retrieveClosed(execution: number) {
  return fatal(
    'EXECUTION_CLOSED',
    `Execution ${execution.toString()} is closed and reads nothing more. The next run goes on where it stood: tixngo run`,
  );
}

export function toReader(parts: Pick<Reader, 'world' | 'beat' | 'identity' | 'attemptAtMs'>, stand: Stand): Reader {
  const { organizer, url, apiKeyReference } = stand;
  return {
    ...parts,
    organizer,
    settings: readSettings(stand.settings),
    overrides: readOverrides(stand.overrides),
    connection: { url, apiKeyReference },
    hold: { version: undefined },
    contact: { hasAnswered: false },
  };
}

/** Why a run goes no further; the first reason stands, and the close tells it. */
export async function endRun({ world, identity }: Reader, reason: string): Promise<void> {
  await setEnding(world.database, identity, { ending: 'failed', reason });
}

/**
 * Takes the cursor for this attempt: from an earlier one of its run, or again where the run has lost it while it did nothing. Ends the run,
 * naming the holder, when another run reads now.
 */
export async function holdCursor(reader: Reader): Promise<'held' | 'ending'> {
  const { world, identity, organizer } = reader;
  const taken = await inTransaction(world.database, (transaction) =>
    takeCursor(transaction, { ...identity, organizer, leaseSeconds, attemptAtMs: reader.attemptAtMs }),
  );
  if (taken.taken) {
    reader.hold.version = taken.version;
    return 'held';
  }
  if (taken.followed) throw followed();
  await endRun(reader, describeHeld(organizer, taken.holder));
  return 'ending';
}

/** What an attempt ends with that a newer one has followed: it would only fetch the same pages (reliability.md L3). */
export function followed() {
  return passing('SECOND_ATTEMPT', 'Another attempt of this run moves the cursor; this one stops', 1_000);
}

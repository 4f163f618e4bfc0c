import {
  countReferences,
  mergeReferences,
  noReferences,
  parseTicketReferences,
  type TicketReferences,
} from '../core/force-skip';
import type { Database } from '../db/database';
import { findTickets } from '../db/queries/operations/find-tickets';
import { findUnknownForced, type ForcedRow } from '../db/queries/operations/find-unknown-forced';
import { findMissing } from './tickets';

/** Forced or skipped numbers that name no ticket of an organization. */
export interface UnknownTickets {
  readonly organization: string;
  readonly missing: TicketReferences;
}

/**
 * Those of a run, as they stand now; undefined when there is none, and when it is not known what the run was told, as of a list that was typed in
 * the Temporal UI: a run's own record has only how many they are.
 */
export async function readUnknownForced(database: Database, run: number): Promise<UnknownTickets | undefined> {
  const forced = await findUnknownForced(database, run);
  if (forced === undefined) return undefined;
  const { organization, ofSchedule } = forced;
  const given = toGiven(forced);
  if (ofSchedule !== null) {
    const listed = { ticketNumbers: ofSchedule.ticketNumbers ?? [], ids: ofSchedule.ids ?? [] };
    const whole = await findUnknown(database, { organization, references: mergeReferences(listed, given) });
    // It may have been changed past `apply`: as many as the run counted, or the log would name what the run was never told.
    if (whole !== undefined && countReferences(whole.missing) === forced.unknown) return whole;
  }
  return await findUnknown(database, { organization, references: given });
}

/** Undefined when each names a ticket. */
export async function findUnknown(
  database: Database,
  { organization, references }: { readonly organization: string; readonly references: TicketReferences },
): Promise<UnknownTickets | undefined> {
  const { ticketNumbers: numbers, ids } = references;
  if (countReferences(references) === 0) return undefined;
  const missing = findMissing(references, await findTickets(database, { numbers, ids, organization }));
  return countReferences(missing) === 0 ? undefined : { organization, missing };
}

/** What came with the command that started the run, which stays as it was. */
function toGiven({ typed, uploaded }: ForcedRow): TicketReferences {
  return mergeReferences(parse(typed ?? ''), parse((uploaded ?? []).join(',')));
}

/** A list that a run was started with has been read once already. */
function parse(text: string): TicketReferences {
  const parsed = parseTicketReferences(text, 'force');
  return 'references' in parsed ? parsed.references : noReferences;
}

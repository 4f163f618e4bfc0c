import { mergeReferences, parseTicketReferences, type TicketReferences } from '../core/force-skip';
import type { Database } from '../db/database';
import { findTickets } from '../db/queries/operations/find-tickets';
import { findUnknownForced, type ForcedRow } from '../db/queries/operations/find-unknown-forced';
import { findMissing } from './tickets';

/** Forced numbers that name no ticket of an organization. */
export interface UnknownForced {
  readonly organization: string;
  readonly missing: TicketReferences;
}

/**
 * Those of a run, as they stand now; undefined when there is none, and when the list was typed in the Temporal UI: a run's own record has only
 * how many they are.
 */
export async function readUnknownForced(database: Database, run: number): Promise<UnknownForced | undefined> {
  const forced = await findUnknownForced(database, run);
  if (forced === undefined) return undefined;
  return await findUnknown(database, { organization: forced.organization, references: toReferences(forced) });
}

/** Undefined when each names a ticket. */
export async function findUnknown(
  database: Database,
  { organization, references }: { readonly organization: string; readonly references: TicketReferences },
): Promise<UnknownForced | undefined> {
  const { ticketNumbers: numbers, ids } = references;
  if (numbers.length + ids.length === 0) return undefined;
  const missing = findMissing(references, await findTickets(database, { numbers, ids, organization }));
  return missing.ticketNumbers.length + missing.ids.length === 0 ? undefined : { organization, missing };
}

/** As a run puts them together: what was typed goes before what the schedule says. */
function toReferences({ typed, uploaded, ofSchedule }: ForcedRow): TicketReferences {
  const listed =
    typed === null ? { ticketNumbers: ofSchedule?.ticketNumbers ?? [], ids: ofSchedule?.ids ?? [] } : parse(typed);
  return mergeReferences(listed, parse((uploaded ?? []).join(',')));
}

/** A list that a run was started with has been read once already. */
function parse(text: string): TicketReferences {
  const parsed = parseTicketReferences(text, 'force');
  return 'references' in parsed ? parsed.references : { ticketNumbers: [], ids: [] };
}

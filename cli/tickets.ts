import { countReferences, parseTicketReferences, type TicketReferences } from '../core/force-skip';
import { isNear } from '../core/nearest';
import { findTickets, type TicketRow } from '../db/queries/operations/find-tickets';
import { listNearTicketNumbers } from '../db/queries/operations/list-near-tickets';
import { notFound, wrongUsage, type CommandFailure } from './failure';
import type { Session } from './session';

/** The tickets named, each exactly one; else a failure that names those that are not there and what is near. */
export async function findNamedTickets(
  session: Session,
  names: readonly string[],
  organization: string | undefined,
): Promise<readonly TicketRow[]> {
  const references = parseNames(names);
  const { ticketNumbers, ids } = references;
  const database = await session.database();
  const within = organization === undefined ? {} : { organization };
  const rows = await findTickets(database, { numbers: ticketNumbers, ids, ...within });
  const missing = findMissing(references, rows);
  if (countReferences(missing) > 0) throw await toNoTicket(session, missing, organization);
  const [twice] = ticketNumbers.filter((number) => rows.filter((row) => row.ticketNumber === number).length > 1);
  if (twice !== undefined) {
    const places = rows.filter((row) => row.ticketNumber === twice).map((row) => `${row.organization} (id:${row.id})`);
    throw notFound(`The number ${twice} exists in several organizations: add --organization, or name it by id`, places);
  }
  return rows;
}

/** The names that none of the tickets found has. */
export function findMissing({ ticketNumbers, ids }: TicketReferences, found: readonly TicketRow[]): TicketReferences {
  const numbers = new Set(found.map(({ ticketNumber }) => ticketNumber));
  const known = new Set(found.map(({ id }) => id));
  return {
    ticketNumbers: ticketNumbers.filter((number) => !numbers.has(number)),
    ids: ids.filter((id) => !known.has(id)),
  };
}

/** How many of the names without a ticket are repeated; the rest are counted. */
const MOST_NAMED = 20;

/** What helps when a name has no ticket and none is alike. */
export const ticketAdvice =
  'A ticket is named by its number or, by its id, as id:7. One that is not here yet comes with tixngo import tickets FILE';

/** The names as they are written. */
export function toNames({ ticketNumbers, ids }: TicketReferences): readonly string[] {
  return [...ticketNumbers, ...ids.map((id) => `id:${id}`)];
}

/** The names as they are written, the first ones of a long list. */
export function listTickets(references: TicketReferences): string {
  const names = toNames(references);
  const more = names.length - MOST_NAMED;
  return [...names.slice(0, MOST_NAMED), ...(more > 0 ? [`and ${String(more)} more`] : [])].join(', ');
}

/** There are no such tickets; the numbers that are alike, or else what to do. */
export async function toNoTicket(
  session: Session,
  missing: TicketReferences,
  organization: string | undefined,
): Promise<CommandFailure> {
  const [number] = missing.ticketNumbers;
  const within = organization === undefined ? {} : { organization };
  const near = number === undefined ? [] : await listNearTicketNumbers(await session.database(), { number, ...within });
  // Neighbours in the order of the text need not be alike.
  const alike = near.filter((other) => isNear(number ?? '', other));
  const place = organization === undefined ? '' : ` in ${organization}`;
  const message = `There is no ticket ${listTickets(missing)}${place}`;
  return notFound(alike.length > 0 ? message : `${message}. ${ticketAdvice}`, alike);
}

function parseNames(names: readonly string[]): TicketReferences {
  const parsed = parseTicketReferences(names.join(','), 'ticket');
  if ('references' in parsed) return parsed.references;
  throw wrongUsage(
    'The tickets cannot be read:',
    parsed.problems.map(({ found, allowed }) => `found ${found}; allowed: ${allowed}`),
  );
}

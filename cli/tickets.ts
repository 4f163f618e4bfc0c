import { parseTicketReferences, type TicketReferences } from '../core/force-skip';
import { isNear } from '../core/nearest';
import { findTickets, type TicketRow } from '../db/queries/operations/find-tickets';
import { listNearTicketNumbers } from '../db/queries/operations/list-near-tickets';
import { notFound, wrongUsage } from './failure';
import type { Session } from './session';

/** The tickets named, each exactly one; else a failure that names those that are not there and what is near. */
export async function findNamedTickets(
  session: Session,
  names: readonly string[],
  organization: string | undefined,
): Promise<readonly TicketRow[]> {
  const { ticketNumbers, ids } = parseNames(names);
  const database = await session.database();
  const within = organization === undefined ? {} : { organization };
  const rows = await findTickets(database, { numbers: ticketNumbers, ids, ...within });
  const numbers = new Set(rows.map(({ ticketNumber }) => ticketNumber));
  const known = new Set(rows.map(({ id }) => id));
  const [unknown] = ticketNumbers.filter((number) => !numbers.has(number));
  const missing = [
    ...ticketNumbers.filter((number) => !numbers.has(number)),
    ...ids.filter((id) => !known.has(id)).map((id) => `id:${id}`),
  ];
  if (missing.length > 0) {
    const place = organization === undefined ? '' : ` in ${organization}`;
    const near = unknown === undefined ? [] : await listNearTicketNumbers(database, { number: unknown, ...within });
    // Neighbours in the order of the text need not be alike.
    const alike = near.filter((number) => isNear(unknown ?? '', number));
    throw notFound(`There is no ticket ${missing.join(', ')}${place}`, alike);
  }
  const [twice] = ticketNumbers.filter((number) => rows.filter((row) => row.ticketNumber === number).length > 1);
  if (twice !== undefined) {
    const places = rows.filter((row) => row.ticketNumber === twice).map((row) => `${row.organization} (id:${row.id})`);
    throw notFound(`The number ${twice} exists in several organizations: add --organization, or name it by id`, places);
  }
  return rows;
}

function parseNames(names: readonly string[]): TicketReferences {
  const parsed = parseTicketReferences(names.join(','), 'ticket');
  if ('references' in parsed) return parsed.references;
  throw wrongUsage(
    'The tickets cannot be read:',
    parsed.problems.map(({ found, allowed }) => `found ${found}; allowed: ${allowed}`),
  );
}

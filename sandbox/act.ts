import type { TicketMessage } from '../core/messages/ticket-message';
import { toError, toErrorNaming, type Answer, type ErrorDetail } from './answer';
import type { ApiDocument } from './document';
import type { FaultOf } from './faults';
import type { PushOperation } from './operations';
import type { Control, Deletion, ItemOutcome, Wallets } from './wallets';

/** Most tickets in one call (tixngo-api.md "Access"). */
const maxTickets = 50;

/** A push call that arrived and may be acted on. */
export interface PushRequest {
  readonly operation: PushOperation;
  readonly organizer: string;
  /** Parsed JSON; undefined when it could not be parsed. */
  readonly body: unknown;
  readonly poison: readonly FaultOf<'poison'>[];
}

/** The answer to a push call, and what became of each ticket that was acted on. */
export interface Acted {
  readonly answer: Answer;
  readonly outcomes: readonly { readonly ticketId: string; readonly outcome: ItemOutcome }[];
}

/** Checks a push call against the document and does to the wallets what it says. */
export function act(request: PushRequest, { document, wallets }: { document: ApiDocument; wallets: Wallets }): Acted {
  const refusal = refuseWhole(request, document);
  if (refusal !== undefined) return { answer: refusal, outcomes: [] };
  const tickets = readTickets(request.body);
  const poisoned = new Set(request.poison.filter(({ how }) => how === 'ticket').flatMap(({ ticketIds }) => ticketIds));
  const outcomes = tickets.map((ticket) => ({
    ticketId: ticket.ticketId,
    outcome: poisoned.has(ticket.ticketId) ? toPoisoned(ticket) : apply(request, ticket, wallets),
  }));
  return { answer: { status: 200, body: { results: outcomes.map(toResult) } }, outcomes };
}

function refuseWhole({ operation, body, poison }: PushRequest, document: ApiDocument): Answer | undefined {
  const tickets = readTickets(body);
  if (tickets.length > maxTickets) {
    return toError(
      413,
      'TOO_MANY_TICKETS',
      `${String(tickets.length)} tickets, at most ${String(maxTickets)} are taken`,
    );
  }
  const problem = document.checkRequest(operation, body);
  if (problem !== undefined) {
    const [blamed] = readTickets({ tickets: readList(body).slice(toIndex(problem.path)).slice(0, 1) });
    const ticketId = blamed?.ticketId;
    const field = problem.path.split('/').slice(3).join('.');
    const detail = {
      ...(ticketId === undefined ? {} : { ticketId }),
      code: 'INVALID',
      field,
      message: problem.message,
    };
    const message = `The body is not as documented: ${problem.path} ${problem.message}`;
    return toErrorNaming(400, { code: 'MALFORMED', message, details: [detail] });
  }
  if (new Set(tickets.map(({ ticketId }) => ticketId)).size < tickets.length) {
    return toError(400, 'DUPLICATE_TICKET', 'A ticket stands twice in one call');
  }
  return refusePoisoned(tickets, poison);
}

function refusePoisoned(tickets: readonly SentTicket[], poison: readonly FaultOf<'poison'>[]): Answer | undefined {
  for (const { how, status, ticketIds } of poison) {
    const bad = tickets.filter(({ ticketId }) => ticketIds.includes(ticketId));
    if (how === 'ticket' || bad.length === 0) continue;
    const details = bad.map((ticket): ErrorDetail => ({ ticketId: ticket.ticketId, ...poisonError(ticket) }));
    const error = { code: 'CONTENT_REFUSED', message: 'The call holds content that is refused' };
    return how === 'call-naming'
      ? toErrorNaming(status, { ...error, details })
      : toError(status, error.code, error.message);
  }
  return undefined;
}

interface SentTicket {
  readonly ticketId: string;
  readonly spectatorDetails?: { readonly firstName?: unknown; readonly email?: unknown };
}

/** The tickets of a body that may be anything: those entries that carry an id. */
export function readTickets(body: unknown): readonly SentTicket[] {
  return readList(body).filter(isSentTicket);
}

function readList(body: unknown): readonly unknown[] {
  const list: unknown = typeof body === 'object' && body !== null && 'tickets' in body ? body.tickets : undefined;
  return isList(list) ? list : [];
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isSentTicket(value: unknown): value is SentTicket {
  return typeof value === 'object' && value !== null && 'ticketId' in value && typeof value.ticketId === 'string';
}

/** Position of the ticket that a path such as /tickets/3/event points at; past the end when it points at none. */
function toIndex(path: string): number {
  const position = path.split('/')[2];
  return position === undefined ? Number.MAX_SAFE_INTEGER : Number(position);
}

function apply({ operation, organizer }: PushRequest, ticket: SentTicket, wallets: Wallets): ItemOutcome {
  // The document has checked the body of exactly this operation: the shapes are known by now.
  if (operation === 'injectTickets' && isMessage(ticket)) return wallets.inject(organizer, ticket);
  if (isDeletion(ticket)) return wallets.remove(organizer, ticket);
  if (isControl(ticket)) return wallets.control(organizer, ticket);
  throw new Error(`The document let a ticket of ${operation} pass that is none`);
}

function isMessage(ticket: SentTicket): ticket is TicketMessage {
  return ticket.spectatorDetails !== undefined;
}

function isDeletion(ticket: SentTicket): ticket is Deletion {
  return 'deletionReason' in ticket;
}

function isControl(ticket: SentTicket): ticket is Control {
  return 'controlledAt' in ticket;
}

/** Words that quote personal data, as a careless API's would: whoever keeps them must take that out. */
function poisonError({ ticketId, spectatorDetails }: SentTicket): { code: string; field: string; message: string } {
  const who = `${String(spectatorDetails?.firstName)} <${String(spectatorDetails?.email)}>`;
  return { code: 'POISON', field: 'spectatorDetails.email', message: `Ticket ${ticketId} of ${who} cannot be taken` };
}

function toPoisoned(ticket: SentTicket): ItemOutcome {
  return { outcome: 'REJECTED', ...poisonError(ticket) };
}

function toResult({ ticketId, outcome }: Acted['outcomes'][number]) {
  if (outcome.outcome === 'ACCEPTED') return { ticketId, outcome: outcome.outcome };
  const { outcome: name, ...error } = outcome;
  return { ticketId, outcome: name, errors: [error] };
}

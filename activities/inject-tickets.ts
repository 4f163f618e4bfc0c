import { hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { createInjectBuilder, type InjectResult } from '../core/messages/inject-tickets';
import { selectForInject } from '../db/queries/inject-tickets/due';
import { eventKeyText } from '../db/queries/inject-tickets/load-events';
import { type LoadedTicket, loadTickets } from '../db/queries/inject-tickets/load-tickets';
import { findEvents } from './inject-tickets-events';
import type { LoadedMessage, LoaderContext, PushDefinition, TicketLoader } from './push/definition';
import type { World } from './world';

/** Messages that are built in one go: a quarter of a millisecond. */
const portion = 10;

/** What inject-tickets brings to the push engine (domain.md 5). */
export const injectTickets: PushDefinition = {
  function: 'inject-tickets',
  operation: 'injectTickets',
  prints: true,
  select: ({ organizationId, scheduleId, settings, skip }) =>
    selectForInject({ organizationId, scheduleId, products: settings.products, skip }),
  openLoader,
};

function openLoader(world: World, context: LoaderContext): TicketLoader {
  const build = createInjectBuilder(context.settings);
  const leaveOut = { ...context, skip: new Set(context.skip) };

  return {
    load: async (ticketIds) => {
      if (ticketIds.length === 0) return new Map();
      const { scheduleId, run } = context;
      const tickets = await loadTickets(world.database.pool, { ticketIds, scheduleId });
      const events = await findEvents(world.database, run, tickets);
      const messages = new Map<string, LoadedMessage>();
      for (const [index, ticket] of tickets.entries()) {
        // Answers of other lanes wait for this thread: they get their turn between.
        if (index > 0 && index % portion === 0) await setImmediate();
        const event = events.get(eventKeyText(ticket));
        if (event === undefined) throw new Error(`Ticket ${ticket.id} has no event: its product is gone`);
        messages.set(ticket.id, toLoadedMessage(ticket, build(ticket.ticket, event), leaveOut));
      }
      return messages;
    },
  };
}

function toLoadedMessage(
  loaded: LoadedTicket,
  result: InjectResult,
  context: {
    readonly skip: ReadonlySet<string>;
    readonly forced: boolean;
    readonly organizationId: string;
  },
): LoadedMessage {
  const { rowVersion, markVersion } = loaded;
  const leftOut = whyLeftOut(loaded, context);
  return {
    rowVersion,
    markVersion,
    ...(leftOut === undefined ? {} : { leftOut }),
    message:
      'refusal' in result
        ? { kind: 'refused', ...result.refusal }
        : {
            kind: 'built',
            json: result.message.json,
            contentHash: hash('sha256', result.message.content),
          },
  };
}

/** A ticket planned a moment ago may have been cancelled, skipped or printed since (domain.md 6, SKIPPED). */
function whyLeftOut(
  loaded: LoadedTicket,
  context: { readonly skip: ReadonlySet<string>; readonly forced: boolean; readonly organizationId: string },
): LoadedMessage['leftOut'] {
  const { status } = loaded.ticket;
  if (loaded.organizationId !== context.organizationId || loaded.kind !== 'TICKET') {
    return { code: 'NOT_ELIGIBLE', message: 'the ticket belongs to another organization or is a card' };
  }
  if (loaded.skipped || context.skip.has(loaded.id)) return { code: 'SKIP_LIST', message: 'an operator skipped it' };
  const allowed = status === 'NOT_PRINTED' || (context.forced && status === 'PRINTED');
  if (!allowed) return { code: 'STATUS_CHANGED', message: `its status is ${status} now` };
  return undefined;
}

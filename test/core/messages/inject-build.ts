import { createInjectBuilder, type InjectSettings, type WrittenMessage } from '../../../core/messages/inject-tickets';
import type { TicketMessage } from '../../../core/messages/ticket-message';
import type { ContactSnapshot, EventSnapshot, TicketSnapshot } from '../../../core/messages/ticket-snapshot';
import { CONTACT, EVENT, SETTINGS, SITE, TICKET } from './inject-samples';

/** What differs from the samples. */
export interface Change {
  readonly ticket?: Partial<TicketSnapshot>;
  readonly event?: Partial<EventSnapshot>;
  readonly settings?: Partial<InjectSettings>;
}

/** The message or the refusal of the ticket that the samples and the change make. */
export function build({ ticket, event, settings }: Change) {
  return createInjectBuilder({ ...SETTINGS, ...settings })({ ...TICKET, ...ticket }, { ...EVENT, ...event });
}

export function writtenOf(change: Change): WrittenMessage {
  const result = build(change);
  if ('refusal' in result) throw new Error(`Refused: ${result.refusal.code} ${result.refusal.field}`);
  return result.message;
}

/** The message as TIXNGO reads it. */
export function messageOf(change: Change): TicketMessage {
  const message: unknown = JSON.parse(writtenOf(change).json);
  if (!isMessage(message)) throw new Error('The JSON holds no message');
  return message;
}

function isMessage(value: unknown): value is TicketMessage {
  return typeof value === 'object' && value !== null && 'ticketId' in value;
}

export function receiver(change: Partial<ContactSnapshot>): Change {
  return { ticket: { receiver: { ...CONTACT, ...change } } };
}

export function site(change: Partial<typeof SITE>): Change {
  return { event: { site: { ...SITE, ...change } } };
}

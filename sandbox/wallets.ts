import { createHash } from 'node:crypto';
import type { SpectatorDetailsMessage, TicketMessage } from '../core/messages/ticket-message';
import { isLive, takeStep, type TicketStatus, type WalletAction } from './life-cycle';

/** A ticket as the stand-in keeps it. */
export interface WalletTicket {
  readonly organizer: string;
  readonly ticketId: string;
  readonly status: TicketStatus;
  /** Time of the last change of status, RFC 3339. */
  readonly changedAt: string;
  /** SHA-256 of the message as it came last, independent of the order of its fields. */
  readonly contentHash: string;
  /** Whoever has the ticket now: an injection never changes that after the first time. */
  readonly owner: SpectatorDetailsMessage;
  /** The last message without its receiver. */
  readonly content: Omit<TicketMessage, 'spectatorDetails'>;
  /** While PENDING_TRANSFER. */
  readonly recipient?: SpectatorDetailsMessage;
  readonly deletion?: { readonly reason: string; readonly visible: boolean; readonly dueMs?: number };
  readonly controlledAt?: string;
}

/** What became of one ticket of a call. */
export type ItemOutcome =
  | { readonly outcome: 'ACCEPTED'; readonly changed: boolean }
  | { readonly outcome: 'REJECTED'; readonly code: string; readonly message: string };

export interface Deletion {
  readonly ticketId: string;
  readonly deletionReason: string;
  readonly showDeletedTicket: boolean;
}

export interface Control {
  readonly ticketId: string;
  readonly controlledAt: string;
}

export interface WalletStep {
  readonly ticketId: string;
  readonly action: WalletAction;
  /** Who gets the ticket; needed for `transfer`, where only the e-mail counts, and completed at `accept`. */
  readonly recipient?: SpectatorDetailsMessage | undefined;
}

export interface Wallets {
  readonly inject: (organizer: string, message: TicketMessage) => ItemOutcome;
  readonly remove: (organizer: string, deletion: Deletion) => ItemOutcome;
  readonly control: (organizer: string, control: Control) => ItemOutcome;
  /** Takes a step by hand; the new status, or undefined when the ticket is unknown or the step not possible. */
  readonly step: (organizer: string, step: WalletStep) => TicketStatus | undefined;
  readonly list: () => readonly WalletTicket[];
  readonly put: (tickets: readonly WalletTicket[]) => void;
  readonly clear: () => void;
}

/** Wallets in memory. `deletionDelayMs` undefined: deletions wait until they are confirmed by hand. */
export function openWallets({
  deletionDelayMs,
  now,
}: {
  deletionDelayMs?: number | undefined;
  now: () => number;
}): Wallets {
  const tickets = new Map<string, WalletTicket>();
  const toKey = (organizer: string, ticketId: string) => `${organizer}\n${ticketId}`;
  const save = (ticket: WalletTicket) => tickets.set(toKey(ticket.organizer, ticket.ticketId), ticket);
  const toTime = () => new Date(now()).toISOString();

  /** A deletion becomes DELETED when somebody looks after its time: no timer that would keep the process up. */
  const find = (organizer: string, ticketId: string): WalletTicket | undefined => {
    const ticket = tickets.get(toKey(organizer, ticketId));
    return ticket === undefined ? undefined : settle(ticket);
  };
  const settle = (ticket: WalletTicket): WalletTicket => {
    const due = ticket.status === 'DELETION_PENDING' ? ticket.deletion?.dueMs : undefined;
    if (due === undefined || due > now()) return ticket;
    const deleted: WalletTicket = { ...ticket, status: 'DELETED', changedAt: new Date(due).toISOString() };
    save(deleted);
    return deleted;
  };

  const inject = (organizer: string, message: TicketMessage): ItemOutcome => {
    const { spectatorDetails, ...content } = message;
    const { ticketId } = message;
    const known = find(organizer, ticketId);
    const contentHash = hashContent(message);
    if (known === undefined) {
      save({
        organizer,
        ticketId,
        status: 'INJECTED',
        changedAt: toTime(),
        contentHash,
        owner: spectatorDetails,
        content,
      });
      return { outcome: 'ACCEPTED', changed: true };
    }
    if (!isLive(known.status)) return reject('TICKET_DELETED', `Ticket ${ticketId} is ${known.status}`);
    if (known.contentHash === contentHash) return { outcome: 'ACCEPTED', changed: false };
    save({ ...known, contentHash, content });
    return { outcome: 'ACCEPTED', changed: true };
  };

  const remove = (organizer: string, { ticketId, deletionReason, showDeletedTicket }: Deletion): ItemOutcome => {
    const known = find(organizer, ticketId);
    if (known === undefined) return rejectUnknown(ticketId);
    const same = known.deletion?.reason === deletionReason && known.deletion.visible === showDeletedTicket;
    if (same) return { outcome: 'ACCEPTED', changed: false };
    const first = isLive(known.status);
    const dueMs = first ? (deletionDelayMs === undefined ? undefined : now() + deletionDelayMs) : known.deletion?.dueMs;
    save({
      ...known,
      // A later reason is an update of the same deletion (domain.md 7.4): nothing leaves DELETED.
      ...(first ? { status: 'DELETION_PENDING' as const, changedAt: toTime() } : {}),
      deletion: { reason: deletionReason, visible: showDeletedTicket, ...(dueMs === undefined ? {} : { dueMs }) },
    });
    return { outcome: 'ACCEPTED', changed: true };
  };

  const control = (organizer: string, { ticketId, controlledAt }: Control): ItemOutcome => {
    const known = find(organizer, ticketId);
    if (known === undefined) return rejectUnknown(ticketId);
    if (!isLive(known.status)) return reject('TICKET_DELETED', `Ticket ${ticketId} is ${known.status}`);
    if (known.status === 'CONTROLLED') return { outcome: 'ACCEPTED', changed: false };
    save({ ...withoutRecipient(known), status: 'CONTROLLED', changedAt: toTime(), controlledAt });
    return { outcome: 'ACCEPTED', changed: true };
  };

  const step = (organizer: string, { ticketId, action, recipient }: WalletStep): TicketStatus | undefined => {
    const known = find(organizer, ticketId);
    const status = known === undefined ? undefined : takeStep(known.status, action);
    if (known === undefined || status === undefined) return undefined;
    if (action === 'transfer' && recipient?.email === undefined) return undefined;
    const moved = { ...withoutRecipient(known), status, changedAt: toTime() };
    if (action === 'transfer' && recipient !== undefined) save({ ...moved, recipient });
    else if (action === 'accept') save({ ...moved, owner: { ...known.recipient, ...recipient } });
    else save(moved);
    return status;
  };

  return {
    inject,
    remove,
    control,
    step,
    list: () => [...tickets.values()].map(settle),
    put: (given) => {
      given.forEach(save);
    },
    clear: () => {
      tickets.clear();
    },
  };
}

function withoutRecipient(ticket: WalletTicket): WalletTicket {
  const { recipient: _recipient, ...rest } = ticket;
  return rest;
}

function reject(code: string, message: string): ItemOutcome {
  return { outcome: 'REJECTED', code, message };
}

function rejectUnknown(ticketId: string): ItemOutcome {
  return reject('TICKET_UNKNOWN', `There is no ticket ${ticketId}`);
}

function hashContent(message: TicketMessage): string {
  return createHash('sha256').update(JSON.stringify(message, sortFields)).digest('hex');
}

function sortFields(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

import { createHash } from 'node:crypto';
import type { TicketMessage } from '../core/messages/ticket-message';
import type { ChangeLog } from './change-log';
import { toChange, toEndedTransfer, type DiffTransfer } from './diff-record';
import { isLive, takeStep, type TicketStatus, type WalletAction } from './life-cycle';
import type { WalletOwner, WalletTicket } from './wallet-ticket';

/** Changes kept for each ticket on average, and at least this many in all: the log may grow with the tickets, not with time. */
const changesPerTicket = 100;
const leastChanges = 10_000;

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
  readonly recipient?: WalletOwner | undefined;
}

export interface Wallets {
  readonly inject: (organizer: string, message: TicketMessage) => ItemOutcome;
  readonly remove: (organizer: string, deletion: Deletion) => ItemOutcome;
  readonly control: (organizer: string, control: Control) => ItemOutcome;
  /** Takes a step by hand; the new status, or undefined when the ticket is unknown or the step not possible. */
  readonly step: (organizer: string, step: WalletStep) => TicketStatus | undefined;
  readonly find: (organizer: string, ticketId: string) => WalletTicket | undefined;
  readonly list: () => readonly WalletTicket[];
  /** Confirms the deletions whose time has come, so that the log tells them. */
  readonly settle: () => void;
  readonly put: (tickets: readonly WalletTicket[]) => void;
  readonly clear: () => void;
}

/** Wallets in memory; every change goes into the log. `deletionDelayMs` undefined: deletions wait until they are confirmed by hand. */
export function openWallets({
  deletionDelayMs,
  now,
  log,
}: {
  deletionDelayMs?: number | undefined;
  now: () => number;
  log: ChangeLog;
}): Wallets {
  const tickets = new Map<string, WalletTicket>();
  /** Deletions by the time when they are confirmed; all have the same delay, so that the first one is due first. */
  const dueDeletions = new Map<string, number>();
  const toKey = (organizer: string, ticketId: string) => `${organizer}\n${ticketId}`;
  const toTime = () => new Date(now()).toISOString();
  const save = (ticket: WalletTicket) => {
    const key = toKey(ticket.organizer, ticket.ticketId);
    tickets.set(key, ticket);
    if (ticket.status !== 'DELETION_PENDING' || ticket.deletion?.dueMs === undefined) dueDeletions.delete(key);
    else dueDeletions.set(key, ticket.deletion.dueMs);
  };
  const change = (
    ticket: WalletTicket,
    { at = toTime(), ended }: { at?: string; ended?: DiffTransfer | undefined } = {},
  ) => {
    save(ticket);
    log.append(ticket.organizer, toChange(ticket, at, ended));
    log.trim(ticket.organizer, Math.max(leastChanges, tickets.size * changesPerTicket));
  };

  /** A deletion becomes DELETED when somebody looks after its time: no timer that would keep the process up. */
  const settle = () => {
    for (const [key, due] of dueDeletions) {
      if (due > now()) return;
      const ticket = tickets.get(key);
      const at = new Date(due).toISOString();
      if (ticket !== undefined) change({ ...ticket, status: 'DELETED', changedAt: at }, { at });
    }
  };
  const find = (organizer: string, ticketId: string): WalletTicket | undefined => {
    settle();
    return tickets.get(toKey(organizer, ticketId));
  };

  const inject = (organizer: string, message: TicketMessage): ItemOutcome => {
    const { spectatorDetails, ...content } = message;
    const { ticketId } = message;
    const known = find(organizer, ticketId);
    const contentHash = hashContent(message);
    if (known === undefined) {
      change({
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
    change({ ...known, contentHash, content });
    return { outcome: 'ACCEPTED', changed: true };
  };

  const remove = (organizer: string, { ticketId, deletionReason, showDeletedTicket }: Deletion): ItemOutcome => {
    const known = find(organizer, ticketId);
    if (known === undefined) return rejectUnknown(ticketId);
    const same = known.deletion?.reason === deletionReason && known.deletion.visible === showDeletedTicket;
    if (same) return { outcome: 'ACCEPTED', changed: false };
    const first = isLive(known.status);
    const dueMs = first ? (deletionDelayMs === undefined ? undefined : now() + deletionDelayMs) : known.deletion?.dueMs;
    change({
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
    change({ ...withoutRecipient(known), status: 'CONTROLLED', changedAt: toTime(), controlledAt });
    return { outcome: 'ACCEPTED', changed: true };
  };

  const step = (organizer: string, { ticketId, action, recipient }: WalletStep): TicketStatus | undefined => {
    const known = find(organizer, ticketId);
    const status = known === undefined ? undefined : takeStep(known.status, action);
    if (known === undefined || status === undefined) return undefined;
    if (action === 'transfer' && recipient?.email === undefined) return undefined;
    const at = toTime();
    const moved = { ...withoutRecipient(known), status, changedAt: at };
    const ended = toEndedTransfer(known, action);
    if (action === 'transfer' && recipient !== undefined) change({ ...moved, recipient }, { at });
    else if (action === 'accept') change({ ...moved, ...toNewOwner(known, recipient) }, { at, ended });
    else change({ ...moved, ...toActivation(action, at) }, { at, ended });
    return status;
  };

  return {
    inject,
    remove,
    control,
    step,
    find,
    settle,
    list: () => {
      settle();
      return [...tickets.values()];
    },
    put: (given) => {
      given.toSorted((a, b) => (a.deletion?.dueMs ?? 0) - (b.deletion?.dueMs ?? 0)).forEach(save);
    },
    clear: () => {
      tickets.clear();
      dueDeletions.clear();
    },
  };
}

function toNewOwner({ recipient, transferLevel = 0 }: WalletTicket, completed: WalletOwner | undefined) {
  const agreedToNothing = { allowPromoEmail: false, allowThirdPartyEmail: false };
  const owner = { organizerSpectatorPreference: agreedToNothing, ...recipient, ...completed };
  return { owner, transferLevel: transferLevel + 1 };
}

const activationMethods: Readonly<Partial<Record<WalletAction, string>>> = {
  'activate-bt': 'BT',
  'activate-manual': 'MANUAL',
  'activate-offline': 'OFFLINE',
  'activate-online': 'ONLINE',
};

function toActivation(action: WalletAction, time: string): Pick<WalletTicket, 'activation'> {
  const method = activationMethods[action];
  return method === undefined ? {} : { activation: { method, time } };
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

import type { SpectatorDetailsMessage, TicketMessage } from '../core/messages/ticket-message';
import type { TicketStatus } from './life-cycle';

/** Somebody with a wallet: what an injection tells of a receiver, and what a wallet's owner agreed to. */
export interface WalletOwner extends SpectatorDetailsMessage {
  readonly organizerSpectatorPreference?:
    { readonly allowPromoEmail?: boolean | undefined; readonly allowThirdPartyEmail?: boolean | undefined } | undefined;
}

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
  readonly owner: WalletOwner;
  /** The last message without its receiver. */
  readonly content: Omit<TicketMessage, 'spectatorDetails'>;
  /** While PENDING_TRANSFER. */
  readonly recipient?: WalletOwner;
  /** Transfers that were accepted; absent before the first. */
  readonly transferLevel?: number;
  readonly activation?: { readonly method: string; readonly time: string };
  readonly deletion?: { readonly reason: string; readonly visible: boolean; readonly dueMs?: number };
  readonly controlledAt?: string;
}

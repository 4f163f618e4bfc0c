import type { HolderMessage, KeyValue } from '../core/messages/ticket-message';
import type { TicketStatus, WalletAction } from './life-cycle';
import type { WalletOwner, WalletTicket } from './wallet-ticket';

/** One change of a ticket in a wallet, as the diff tells it (tixngo-api.md "Diff record"). */
export interface DiffRecord {
  /** Rises over the whole stand-in, whatever the account. */
  readonly changeNumber: number;
  readonly changedAt: string;
  readonly ticketId: string;
  readonly taxNumber?: string | undefined;
  readonly status: TicketStatus;
  readonly spectatorDetails: WalletOwner;
  readonly holder?: HolderMessage | undefined;
  readonly transfer?: DiffTransfer | undefined;
  readonly transferLevel: number;
  readonly activation?: WalletTicket['activation'];
  readonly ticketDetails?:
    { readonly main?: readonly KeyValue[] | undefined; readonly extra?: readonly KeyValue[] | undefined } | undefined;
  readonly deletion?: { readonly reason: string; readonly visible: boolean } | undefined;
}

export interface DiffTransfer {
  readonly from: { readonly email?: string | undefined };
  readonly to: { readonly email?: string | undefined };
  readonly direction: 'OUTGOING' | 'INCOMING';
  readonly reason?: string | undefined;
}

/** A record before the log has numbered it. */
export type Change = Omit<DiffRecord, 'changeNumber'>;

/**
 * What the diff tells of a ticket as it is now. `ended` is told by the record that ends a transfer, and by that one alone; of a pending one
 * every record tells the recipient's e-mail, and nothing more of them.
 */
export function toChange(ticket: WalletTicket, at: string, ended?: DiffTransfer): Change {
  const { content, owner, deletion, transferLevel = 0, activation } = ticket;
  const { main, extra } = content.ticketDetails ?? {};
  const transfer = ended ?? toPendingTransfer(ticket);
  return {
    changedAt: at,
    ticketId: ticket.ticketId,
    taxNumber: content.purchaseDetails.taxNumber,
    status: ticket.status,
    spectatorDetails: owner,
    holder: content.holder,
    ...(transfer === undefined ? {} : { transfer }),
    transferLevel,
    ...(activation === undefined ? {} : { activation }),
    ...(content.ticketDetails === undefined ? {} : { ticketDetails: { main, extra } }),
    ...(deletion === undefined ? {} : { deletion: { reason: deletion.reason, visible: deletion.visible } }),
  };
}

function toPendingTransfer({ status, owner, recipient }: WalletTicket): DiffTransfer | undefined {
  if (status !== 'PENDING_TRANSFER' || recipient === undefined) return undefined;
  return { from: { email: owner.email }, to: { email: recipient.email }, direction: 'OUTGOING' };
}

const reasons: Readonly<Partial<Record<WalletAction, string>>> = {
  accept: 'ACCEPTED_BY_RECIPIENT',
  refuse: 'REFUSED_BY_RECIPIENT',
  cancel: 'CANCELLED_BY_SENDER',
  'time-out': 'TIMED_OUT',
};

/** What the record of the end of a pending transfer tells about it; undefined for a step that ends none. */
export function toEndedTransfer({ owner, recipient }: WalletTicket, action: WalletAction): DiffTransfer | undefined {
  const reason = reasons[action];
  if (reason === undefined || recipient === undefined) return undefined;
  const direction = action === 'accept' ? 'INCOMING' : 'OUTGOING';
  return { from: { email: owner.email }, to: { email: recipient.email }, direction, reason };
}

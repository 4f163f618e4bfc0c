/** Statuses of a ticket in the stand-in (tixngo-api.md "Transitions the sandbox keeps"). */
export type TicketStatus =
  | 'INJECTED'
  | 'DOWNLOADED'
  | 'ASSIGNED'
  | 'PENDING_TRANSFER'
  | 'FAILURE_TRANSFER'
  | 'FAILURE'
  | 'TRANSFERRED'
  | ActivatedStatus
  | 'CONTROLLED'
  | 'DELETION_PENDING'
  | 'DELETED';

export type ActivatedStatus = 'BT_ACTIVATED' | 'MANUAL_ACTIVATED' | 'OFFLINE_ACTIVATED' | 'ONLINE_ACTIVATED';

/** What the owner of a wallet, or time, does to a ticket. */
export const walletActions = [
  'download',
  'assign',
  'transfer',
  'accept',
  'refuse',
  'cancel',
  'time-out',
  'activate-bt',
  'activate-manual',
  'activate-offline',
  'activate-online',
  'confirm-deletion',
] as const;
export type WalletAction = (typeof walletActions)[number];

/** In somebody's wallet and free to move: after a failed transfer the ticket is back with its sender. */
const inWallet: readonly TicketStatus[] = ['DOWNLOADED', 'ASSIGNED', 'TRANSFERRED', 'FAILURE_TRANSFER', 'FAILURE'];

const steps: Readonly<Record<WalletAction, { readonly from: readonly TicketStatus[]; readonly to: TicketStatus }>> = {
  download: { from: ['INJECTED'], to: 'DOWNLOADED' },
  assign: { from: ['DOWNLOADED', 'TRANSFERRED', 'FAILURE_TRANSFER', 'FAILURE'], to: 'ASSIGNED' },
  transfer: { from: inWallet, to: 'PENDING_TRANSFER' },
  accept: { from: ['PENDING_TRANSFER'], to: 'TRANSFERRED' },
  refuse: { from: ['PENDING_TRANSFER'], to: 'FAILURE_TRANSFER' },
  cancel: { from: ['PENDING_TRANSFER'], to: 'FAILURE_TRANSFER' },
  'time-out': { from: ['PENDING_TRANSFER'], to: 'FAILURE' },
  'activate-bt': { from: inWallet, to: 'BT_ACTIVATED' },
  'activate-manual': { from: inWallet, to: 'MANUAL_ACTIVATED' },
  'activate-offline': { from: inWallet, to: 'OFFLINE_ACTIVATED' },
  'activate-online': { from: inWallet, to: 'ONLINE_ACTIVATED' },
  'confirm-deletion': { from: ['DELETION_PENDING'], to: 'DELETED' },
};

/** The status after a step in the wallet; undefined when the step is not possible from here. */
export function takeStep(status: TicketStatus, action: WalletAction): TicketStatus | undefined {
  const { from, to } = steps[action];
  return from.includes(status) ? to : undefined;
}

/** Whether its owner, a recipient or time can still move the ticket. */
export function canMove(status: TicketStatus): boolean {
  return status === 'INJECTED' || status === 'PENDING_TRANSFER' || inWallet.includes(status);
}

/** Whether the organizer may still change or control the ticket. */
export function isLive(status: TicketStatus): boolean {
  return status !== 'DELETION_PENDING' && status !== 'DELETED';
}

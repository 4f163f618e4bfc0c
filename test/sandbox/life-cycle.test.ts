import { isLive, takeStep, walletActions, type TicketStatus, type WalletAction } from '../../sandbox/life-cycle';

const statuses: readonly TicketStatus[] = [
  'INJECTED',
  'DOWNLOADED',
  'ASSIGNED',
  'PENDING_TRANSFER',
  'FAILURE_TRANSFER',
  'FAILURE',
  'TRANSFERRED',
  'BT_ACTIVATED',
  'MANUAL_ACTIVATED',
  'OFFLINE_ACTIVATED',
  'ONLINE_ACTIVATED',
  'CONTROLLED',
  'DELETION_PENDING',
  'DELETED',
];
const activations: Partial<Record<WalletAction, TicketStatus>> = {
  'activate-bt': 'BT_ACTIVATED',
  'activate-manual': 'MANUAL_ACTIVATED',
  'activate-offline': 'OFFLINE_ACTIVATED',
  'activate-online': 'ONLINE_ACTIVATED',
};
/** Every step that is possible (tixngo-api.md "Transitions the sandbox keeps"); all others are not. */
const possible: Readonly<Partial<Record<TicketStatus, Partial<Record<WalletAction, TicketStatus>>>>> = {
  INJECTED: { download: 'DOWNLOADED' },
  DOWNLOADED: { assign: 'ASSIGNED', transfer: 'PENDING_TRANSFER', ...activations },
  ASSIGNED: { transfer: 'PENDING_TRANSFER', ...activations },
  PENDING_TRANSFER: {
    accept: 'TRANSFERRED',
    refuse: 'FAILURE_TRANSFER',
    cancel: 'FAILURE_TRANSFER',
    'time-out': 'FAILURE',
  },
  FAILURE_TRANSFER: { assign: 'ASSIGNED', transfer: 'PENDING_TRANSFER', ...activations },
  FAILURE: { assign: 'ASSIGNED', transfer: 'PENDING_TRANSFER', ...activations },
  TRANSFERRED: { assign: 'ASSIGNED', transfer: 'PENDING_TRANSFER', ...activations },
  DELETION_PENDING: { 'confirm-deletion': 'DELETED' },
};

test.each(statuses.flatMap((status) => walletActions.map((action) => [status, action] as const)))(
  '%s, %s',
  (status, action) => {
    expect(takeStep(status, action)).toBe(possible[status]?.[action]);
  },
);

test.each(statuses)('%s is live unless it is being deleted or is deleted', (status) => {
  expect(isLive(status)).toBe(!status.startsWith('DELET'));
});

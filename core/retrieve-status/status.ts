import { assertNever } from '../assert-never';
import type { MobileStatus } from './wallet-record';

/** What a wallet status tells of (domain.md 8.3). `other`: shown, decides nothing (domain.md 11). */
export type StatusFamily = 'delivery' | 'transfer' | 'activation' | 'control' | 'deletion' | 'other';

/** The family of a wallet status (domain.md 8.3). */
export function toFamily(status: MobileStatus): StatusFamily {
  switch (status) {
    case 'INJECTED':
    case 'DOWNLOADED':
    case 'ASSIGNED':
      return 'delivery';
    case 'PENDING_TRANSFER':
    case 'FAILURE_TRANSFER':
    case 'FAILURE':
    case 'TRANSFERRED':
      return 'transfer';
    case 'BT_ACTIVATED':
    case 'MANUAL_ACTIVATED':
    case 'OFFLINE_ACTIVATED':
    case 'ONLINE_ACTIVATED':
    case 'ACTIVATED':
      return 'activation';
    case 'CONTROLLED':
      return 'control';
    case 'DELETION_PENDING':
    case 'DELETED':
      return 'deletion';
    case 'DEACTIVATED':
    case 'DEFAULT':
    case 'INVALID':
    case 'PENDING':
      return 'other';
    default:
      return assertNever(status);
  }
}

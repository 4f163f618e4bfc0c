import { toFamily } from './retrieve-status/status';
import type { MobileStatus } from './retrieve-status/wallet-record';

/**
 * What stands between a ticket's seat and its next sale (domain.md 7.4). FREE: TIXNGO confirmed the deletion, the seat may be sold again.
 * WAITING: it did not yet. NOT_IN_WALLET: the ticket was never sent, so TIXNGO has nothing to confirm. RESOLD, REPLACED: the seat is another
 * ticket's already. VALID: S-360 did not take the ticket back.
 */
export type Resale = 'FREE' | 'WAITING' | 'NOT_IN_WALLET' | 'RESOLD' | 'REPLACED' | 'VALID';

/** What counts for that: `injected` means TIXNGO has the ticket or may have it, `replaced` that a reprint took its place. */
export interface ResaleFacts {
  /** Status in S-360. */
  readonly status: string;
  readonly invalidationReason: string | null;
  readonly replaced: boolean;
  readonly injected: boolean;
  /** The newest status that was read back. */
  readonly mobile: MobileStatus | null;
}

/** The reason that S-360 writes when a ticket posted for resale is sold: before, it is RESALE_PENDING. */
const SOLD = 'RESOLD';

/** Where a ticket stands on the way to its next sale. Only TIXNGO's word frees a seat: until then its owner can show the ticket. */
export function judgeResale({ status, invalidationReason, replaced, injected, mobile }: ResaleFacts): Resale {
  if (status !== 'INVALIDATED' && status !== 'CANCELLED') return 'VALID';
  if (replaced) return 'REPLACED';
  if (invalidationReason === SOLD) return 'RESOLD';
  if (mobile === null) return injected ? 'WAITING' : 'NOT_IN_WALLET';
  return toFamily(mobile) === 'deletion' ? 'FREE' : 'WAITING';
}

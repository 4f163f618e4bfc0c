import { assertNever } from './assert-never';
import { toFamily } from './retrieve-status/status';
import { mobileStatuses, type MobileStatus } from './retrieve-status/wallet-record';

/** The statuses of a ticket in S-360 (domain.md 2), in the order of its life. */
export const s360Statuses = ['NOT_PRINTED', 'PRINTED', 'CONTROLLED', 'INVALIDATED', 'CANCELLED'] as const;
export type S360Status = (typeof s360Statuses)[number];

/** A ticket as drift looks at it: `mobile` is null where nothing was read back, `injected` means TIXNGO has it or may have it. */
export interface Correspondence {
  readonly status: S360Status;
  readonly mobile: MobileStatus | null;
  readonly injected: boolean;
}

/**
 * Whether a ticket's status in S-360 and in the wallet do not correspond (domain.md 11). One that was injected and never read back does
 * not: S-360 cannot tell where it is. One that was never injected and that no wallet knows does, whatever its status: it is on paper.
 */
export function differs(status: S360Status, mobile: MobileStatus | null, injected: boolean): boolean {
  // Not printed and sent all the same is a call whose answer was lost: the next run settles it, the wallet is not asked yet.
  if (mobile === null) return injected && status !== 'NOT_PRINTED';
  const family = toFamily(mobile);
  if (family === 'other') return false;
  switch (status) {
    case 'NOT_PRINTED':
      return true;
    case 'PRINTED':
      return family === 'control' || family === 'deletion';
    case 'CONTROLLED':
      return family !== 'activation' && family !== 'control';
    case 'INVALIDATED':
    case 'CANCELLED':
      return family !== 'deletion';
    default:
      return assertNever(status);
  }
}

/** Every combination that differs: what a query joins with, so that the rule stands here alone. */
export function listDifferences(): readonly Correspondence[] {
  const mobiles = [null, ...mobileStatuses];
  return s360Statuses
    .flatMap((status) => mobiles.map((mobile) => ({ status, mobile })))
    .flatMap(({ status, mobile }) => [true, false].map((injected) => ({ status, mobile, injected })))
    .filter(({ status, mobile, injected }) => differs(status, mobile, injected));
}

import type { PushProgress } from './contract';

/** Rows of the details of a push: tickets planned, and what became of them. */
export function toPushRows(progress: PushProgress): readonly (readonly [string, number])[] {
  return [
    ['planned so far', progress.planned],
    ['delivered', progress.delivered],
    ['refused', progress.refused],
    ['skipped', progress.skipped],
    ['simulated', progress.simulated],
    ['unknown', progress.unknown],
    ['not tried', progress.notTried],
  ];
}

/** Batches `firstBatch` to `lastBatch`, both included; `number` names the range within its execution: the batch that it began with. */
export interface Range {
  readonly number: number;
  readonly firstBatch: number;
  readonly lastBatch: number;
}

/** A range of more batches would lose too much of its progress report, one of fewer would cost activities (performance.md). */
const batchesPerRound = 100;

/**
 * Cuts the batches of a slice into ranges of nearly equal size, in equal rounds of `window` ranges, so that no lane is idle at the end:
 * `rounds = ceil(n / (window * 100))`, `size = ceil(n / (window * rounds))` (performance.md). An activity costs 12 to 19 ms of CPU, so
 * their number decides.
 */
export function cutIntoRanges(firstBatch: number, batches: number, window: number): readonly Range[] {
  if (batches === 0) return [];
  const rounds = Math.ceil(batches / (window * batchesPerRound));
  const size = Math.ceil(batches / (window * rounds));
  const ranges: Range[] = [];
  for (let first = firstBatch; first < firstBatch + batches; first += size) {
    ranges.push({ number: first, firstBatch: first, lastBatch: Math.min(first + size, firstBatch + batches) - 1 });
  }
  return ranges;
}

/** Joins single batches into ranges of neighbours, at most `longest` batches each. `batches` is sorted and holds each batch once. */
export function joinBatches(batches: readonly number[], longest: number): readonly Range[] {
  const ranges: Range[] = [];
  for (const batch of batches) {
    const last = ranges.at(-1);
    if (last?.lastBatch === batch - 1 && batch - last.firstBatch < longest) {
      ranges[ranges.length - 1] = { ...last, lastBatch: batch };
    } else {
      ranges.push({ number: batch, firstBatch: batch, lastBatch: batch });
    }
  }
  return ranges;
}

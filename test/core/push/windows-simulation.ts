import fc from 'fast-check';
import { cutIntoRanges, type Range } from '../../../core/push/ranges';
import { simulate } from './simulation';
import { type Process, VirtualTime } from './virtual-time';

interface Window {
  readonly doneAtMs: number;
  /** When each lane had nothing left to do. */
  readonly idleFromMs: readonly number[];
  readonly batches: readonly number[];
}

/** Lanes that take one range after the other (workflows/push-lanes.ts); a batch takes its own time. */
function workOff(ranges: readonly Range[], window: number, batchMs: (batch: number) => number): Window {
  const time = new VirtualTime();
  const queue = [...ranges];
  const batches: number[] = [];
  const idleFromMs: number[] = [];
  function* lane(): Process {
    for (let range = queue.shift(); range !== undefined; range = queue.shift()) {
      for (let batch = range.firstBatch; batch <= range.lastBatch; batch += 1) {
        yield batchMs(batch);
        batches.push(batch);
      }
    }
    idleFromMs.push(time.now);
  }
  for (let i = 0; i < window; i += 1) time.start(lane());
  time.run(Infinity);
  return { doneAtMs: time.now, idleFromMs, batches };
}

const slice = {
  firstBatch: fc.nat(10_000),
  batches: fc.integer({ min: 1, max: 2_000 }),
  window: fc.integer({ min: 1, max: 16 }),
};

/** Equal rounds: with calls of one length a slice takes at most one batch a round longer than if every lane were busy to the end. */
export const equalRounds = simulate(fc.record({ ...slice, callMs: fc.integer({ min: 1, max: 500 }) }), (drawn, met) => {
  const { firstBatch, batches, window, callMs } = drawn;
  const done = workOff(cutIntoRanges(firstBatch, batches, window), window, () => callMs);
  const rounds = Math.ceil(batches / (window * 100));
  expect([...done.batches].sort((a, b) => a - b)).toEqual(Array.from({ length: batches }, (_, i) => firstBatch + i));
  expect(done.doneAtMs).toBeLessThan((batches / window + rounds) * callMs);
  met.calls += batches;
  met.virtualHours += done.doneAtMs / 3_600_000;
});

const times = fc.array(fc.integer({ min: 1, max: 30_000 }), { minLength: 1, maxLength: 20 });

/** With calls of any length a lane has no work only while others are in their last range: nobody waits for more than one range. */
export const unevenCalls = simulate(
  fc.record({ ...slice, times }),
  ({ firstBatch, batches, window, times: callMs }, met) => {
    const batchMs = (batch: number) => callMs[batch % callMs.length] ?? 1;
    const ranges = cutIntoRanges(firstBatch, batches, window);
    const done = workOff(ranges, window, batchMs);
    const lengths = ranges.map((range) => sumOf(range, batchMs));
    const total = lengths.reduce((sum, ms) => sum + ms, 0);
    const longest = Math.max(...lengths);
    expect(done.doneAtMs - Math.min(...done.idleFromMs)).toBeLessThanOrEqual(longest);
    expect(done.doneAtMs).toBeLessThanOrEqual(total / window + longest);
    met.calls += batches;
    met.virtualHours += done.doneAtMs / 3_600_000;
  },
);

function sumOf({ firstBatch, lastBatch }: Range, batchMs: (batch: number) => number): number {
  let sum = 0;
  for (let batch = firstBatch; batch <= lastBatch; batch += 1) sum += batchMs(batch);
  return sum;
}

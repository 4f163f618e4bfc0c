/** An axis: what it shows, in which unit, from where to where. */
export interface Axis {
  readonly label: string;
  readonly kind: 'linear' | 'log';
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
}

/** From 0 to a round number not below `most`, with about five ticks. */
export function toLinearAxis(label: string, most: number): Axis {
  const step = most > 0 ? toRoundStep(most / 5) : 1;
  const steps = Math.max(1, Math.ceil(most / step));
  const ticks = Array.from({ length: steps + 1 }, (_, index) => Number((index * step).toPrecision(12)));
  return { label, kind: 'linear', from: 0, to: steps * step, ticks };
}

/** Whole powers of ten around the values, which must be above 0; a tick for each. */
export function toLogAxis(label: string, values: readonly number[]): Axis {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...values))));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => Number((10 ** (first + index)).toPrecision(1)));
  return { label, kind: 'log', from: 10 ** first, to: 10 ** last, ticks };
}

/** Where a value lies on its axis: 0 at its begin, 1 at its end. */
export function toShare({ kind, from, to }: Axis, value: number): number {
  if (kind === 'linear') return (value - from) / (to - from);
  return Math.log10(value / from) / Math.log10(to / from);
}

/** The next of 1, 2, 5, 10, 20, 50 ... */
function toRoundStep(step: number): number {
  const decade = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * decade >= step * 0.999_999) ?? 10;
  return factor * decade;
}

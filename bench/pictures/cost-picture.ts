import { median } from '../median';
import type { RaceResult } from '../race';
import { drawChart } from './chart';
import { toLogAxis } from './scales';

/** Medians of one size. */
export interface SizeCost {
  readonly tickets: number;
  readonly ours: number;
  readonly plain: number;
}

/** Cost against size: seconds of both contenders, both axes logarithmic, sizes ascending. */
export function drawCost(costs: readonly SizeCost[], measuredOn: string): string {
  const words = costs.map(
    ({ tickets, ours, plain }) =>
      `${String(tickets)} tickets: ours ${ours.toFixed(1)} s, plain loop ${plain.toFixed(1)} s`,
  );
  return drawChart({
    title: 'Seconds for a push, API of 20 ms, 8 calls in flight',
    description: `${words.join('; ')}.`,
    x: toLogAxis(
      'tickets due',
      costs.map(({ tickets }) => tickets),
    ),
    y: toLogAxis(
      'seconds',
      costs.flatMap(({ ours, plain }) => [ours, plain]),
    ),
    lines: [
      { name: 'plain loop', as: 'plain', dots: true, points: costs.map(({ tickets: x, plain: y }) => ({ x, y })) },
      { name: 'ours', as: 'ours', dots: true, points: costs.map(({ tickets: x, ours: y }) => ({ x, y })) },
    ],
    marks: [],
    footnote: measuredOn,
  });
}

/** What a race of both contenders says about its size. */
export function toSizeCost(result: RaceResult): SizeCost | undefined {
  const [ours, plain] = [result.get('ours'), result.get('plain')];
  const tickets = ours?.[0]?.tickets;
  if (tickets === undefined || ours === undefined || plain === undefined) return undefined;
  const seconds = (runs: typeof ours): number => median(runs.map((run) => run.seconds));
  return { tickets, ours: seconds(ours), plain: seconds(plain) };
}

import { median } from './median';
import type { RaceResult, Run, Usage } from './race';

/** A measured value with the least and the most of its runs. */
export interface Figure {
  readonly value: number;
  readonly spread: readonly [number, number];
}

export type ReadFigure = (result: RaceResult) => Figure;
type Quantity = (run: Run) => number;

/** The ratio of the medians of two contenders; its spread is that of the pairs of one turn. */
export function ratioOf(over: string, under: string, quantity: Quantity): ReadFigure {
  return (result) => {
    const [overs, unders] = [quantitiesOf(result, over, quantity), quantitiesOf(result, under, quantity)];
    const pairs = overs.flatMap((value, turn) => {
      const other = unders[turn];
      return other === undefined ? [] : [value / other];
    });
    return { ...toFigure(pairs), value: median(overs) / median(unders) };
  };
}

export function medianOf(contender: string, quantity: Quantity): ReadFigure {
  return (result) => toFigure(quantitiesOf(result, contender, quantity));
}

/** The highest of the turns: what must never happen must not happen once. */
export function mostOf(contender: string, quantity: Quantity): ReadFigure {
  return (result) => {
    const figure = toFigure(quantitiesOf(result, contender, quantity));
    return { ...figure, value: figure.spread[1] };
  };
}

export function ticketsPerSecond(run: Run): number {
  return run.tickets / run.seconds;
}

/** Reads what only some kinds of runs have; a row that asks the wrong race is a mistake in here. */
export function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`The run has no ${what}`);
  return value;
}

export function usageOf(run: Run): Usage {
  return required(run.usage, 'usage');
}

function quantitiesOf(result: RaceResult, contender: string, quantity: Quantity): readonly number[] {
  return required(result.get(contender), contender).map(quantity);
}

function toFigure(values: readonly number[]): Figure {
  return { value: median(values), spread: [Math.min(...values), Math.max(...values)] };
}

import { letCrowdAct } from './crowd';
import { canMove } from './life-cycle';
import { openRandom } from './random';
import type { Wallets } from './wallets';

/** A crowd that acts by itself for as long as the stand-in runs. */
export interface LivingCrowd {
  readonly close: () => void;
}

interface Options {
  /** From one round to the next. */
  readonly everyMs: number;
  readonly seed: number;
  readonly wallets: Wallets;
  /** Called after each round that changed something. */
  readonly onAct: () => void;
}

/** Of the tickets that can move one in so many moves in a round, and never more than the most. */
const oneOf = 20;
const mostSteps = 500;

/** Lets some tickets move now and then. It rests when none can: a ticket that is activated stays with its owner. */
export function openLivingCrowd({ everyMs, seed, wallets, onAct }: Options): LivingCrowd {
  let round = 0;
  const timer = setInterval(() => {
    round += 1;
    if (playRound(seed + round, wallets) > 0) onAct();
  }, everyMs);
  timer.unref();
  return {
    close: () => {
      clearInterval(timer);
    },
  };
}

/** One round: how many steps were taken. */
export function playRound(seed: number, wallets: Wallets): number {
  const movable = wallets.list().filter(({ status }) => canMove(status));
  const wanted = Math.min(mostSteps, Math.ceil(movable.length / oneOf));
  if (wanted === 0) return 0;
  const random = openRandom(seed);
  const drawn = new Set<string>();
  for (let i = 0; i < wanted; i += 1) drawn.add(movable[Math.floor(random() * movable.length)]?.ticketId ?? '');
  return letCrowdAct({ seed, steps: drawn.size, tickets: [...drawn] }, wallets).steps;
}

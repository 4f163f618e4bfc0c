import { z } from 'zod';
import { takeStep, type TicketStatus, type WalletAction } from './life-cycle';
import { toPerson } from './people';
import { draw, openRandom } from './random';
import type { WalletOwner, WalletTicket } from './wallet-ticket';
import type { Wallets } from './wallets';

/** A crowd to let act. */
export const crowdRequest = z.strictObject({
  seed: z.int(),
  /** Steps taken in all; fewer when no ticket is left that can move. */
  steps: z.int().min(1).max(1_000_000),
  /** How many tickets, drawn from all, or which ones; absent: all. */
  tickets: z.union([z.int().min(1), z.array(z.string()).min(1)]).optional(),
  /** Tickets of this account only. */
  organizer: z.string().optional(),
});

type CrowdRequest = z.output<typeof crowdRequest>;
export type CrowdInput = z.input<typeof crowdRequest>;

/** What a crowd did. */
export interface CrowdReport {
  /** Tickets that it was let at. */
  readonly tickets: number;
  readonly steps: number;
  readonly actions: Readonly<Partial<Record<WalletAction, number>>>;
}

/** How likely a step is among those that are possible. Organizer's steps are not the crowd's. */
const weights: readonly (readonly [WalletAction, number])[] = [
  ['download', 1],
  ['assign', 3],
  ['transfer', 6],
  ['accept', 5],
  ['refuse', 2],
  ['cancel', 2],
  ['time-out', 1],
  ['activate-bt', 0.3],
  ['activate-manual', 0.2],
  ['activate-offline', 0.3],
  ['activate-online', 0.7],
];

/** Lets spectators act by the life cycle; the same wallets and the same seed give the same steps. */
export function letCrowdAct(request: CrowdRequest, wallets: Wallets): CrowdReport {
  const random = openRandom(request.seed);
  const crowd = chooseTickets(request, wallets.list());
  const people = Math.max(8, Math.ceil(crowd.length / 3));
  const moving = [...crowd];
  const actions: Partial<Record<WalletAction, number>> = {};
  let steps = 0;
  while (steps < request.steps && moving.length > 0) {
    const position = Math.floor(random() * moving.length);
    const ticket = moving[position];
    const action = ticket === undefined ? undefined : chooseAction(ticket.status, random());
    if (ticket === undefined || action === undefined) {
      // Activated, controlled or deleted: nothing more will happen to it.
      moving.splice(position, 1);
      continue;
    }
    const recipient =
      action === 'transfer' ? chooseRecipient(ticket, request.seed, Math.floor(random() * people)) : undefined;
    wallets.step(ticket.organizer, { ticketId: ticket.ticketId, action, recipient });
    moving[position] = wallets.find(ticket.organizer, ticket.ticketId) ?? ticket;
    actions[action] = (actions[action] ?? 0) + 1;
    steps += 1;
  }
  return { tickets: crowd.length, steps, actions };
}

/** In an order of their own: that in which they were injected depends on which call was quicker. */
function chooseTickets(
  { seed, tickets, organizer }: CrowdRequest,
  all: readonly WalletTicket[],
): readonly WalletTicket[] {
  const named = typeof tickets === 'object' ? new Set(tickets) : undefined;
  const known = all
    .filter((ticket) => organizer === undefined || ticket.organizer === organizer)
    .filter(({ ticketId }) => named?.has(ticketId) ?? true)
    .toSorted((a, b) => compare(a.organizer, b.organizer) || compare(a.ticketId, b.ticketId));
  if (typeof tickets !== 'number') return known;
  const drawn = known.map((ticket, position) => ({ ticket, rank: draw(seed, position) }));
  return drawn
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, tickets)
    .map(({ ticket }) => ticket);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function chooseAction(status: TicketStatus, chance: number): WalletAction | undefined {
  const possible = weights.filter(([action]) => takeStep(status, action) !== undefined);
  let left = chance * possible.reduce((sum, [, weight]) => sum + weight, 0);
  return possible.find(([, weight]) => (left -= weight) < 0)?.[0];
}

/** Nobody sends a ticket to themselves. */
function chooseRecipient({ owner }: WalletTicket, seed: number, number: number): WalletOwner {
  const first = toPerson(seed, number);
  return isSame(first, owner) ? toPerson(seed, number + 2) : first;
}

function isSame(a: WalletOwner, b: WalletOwner): boolean {
  return a.email?.toLowerCase() === b.email?.toLowerCase();
}

import type { PlannedTicket } from '../../../core/push/outcome';
import type { Part } from '../../../core/push/narrow';

/** Tickets at the positions `first` to `first + count - 1`, called T0, T1 ... by their position. */
export function planTickets(count: number, first = 0): readonly PlannedTicket[] {
  return Array.from({ length: count }, (_, i) => ({ position: first + i, ticketId: `T${String(first + i)}` }));
}

export function toPart(tickets: readonly PlannedTicket[], askedAgain = false): Part {
  return { tickets, askedAgain };
}

/**
 * Tickets that one slice of a plan takes. The first is small, so that the first call goes out at once; each next one is planned while the
 * one before is being sent, so it must not take longer to plan than that one takes to send. Planning a ticket takes about a fifth of
 * sending it; of the first slice, whose calls are the slowest, a tenth (docs/performance.md).
 */
export function sliceTickets(slice: number): number {
  if (slice === 1) return 4_000;
  return slice === 2 ? 20_000 : 100_000;
}

import type { ExecutionReport, PushCarry, PushInput } from './contract';
import { runPush } from './push';

/** Tickets external printing (ticket injection), domain.md 5. `carry` is set by continue-as-new only. */
export function injectTickets(input: PushInput, carry?: PushCarry): Promise<ExecutionReport> {
  return runPush('inject-tickets', input, carry);
}

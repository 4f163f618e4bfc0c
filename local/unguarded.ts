import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { GuardOrder } from './guard-protocol';
import { runs } from './postgres-orphan';

/**
 * Ends a program whose guard was killed, and removes what it leaves, as its guard would have done: nothing else would ever end a worker that lost its
 * guard, and it would look in vain for the servers of a stack that has ended.
 */
export async function endUnguarded(pid: number, order: GuardOrder): Promise<void> {
  const deadline = performance.now() + order.stopTimeoutMs;
  if (runs(pid, order.command)) signalGroup(pid, order.stopSignal);
  while (runs(pid, order.command)) {
    if (performance.now() > deadline) signalGroup(pid, 'SIGKILL');
    await pause(50);
  }
  for (const path of [...order.removeAfter, ...order.removeOnFailure]) rmSync(path, { recursive: true, force: true });
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // Ended a moment ago.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

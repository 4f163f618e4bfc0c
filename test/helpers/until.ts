import type { SandboxAdmin } from '../../sandbox/admin-client';

/** Looks again and again until something holds; gives up before Jest's own time-out would, so that nothing asks on after the test. */
export async function until(what: string, holds: () => Promise<boolean>, withinMs = 90_000): Promise<void> {
  await found(what, async () => ((await holds()) ? true : undefined), withinMs);
}

/** The same, with what was found. */
export async function found<Found>(
  what: string,
  look: () => Promise<Found | undefined>,
  withinMs = 90_000,
): Promise<Found> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > giveUpAt) throw new Error(`Not within ${String(withinMs)} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Resolves when the stand-in works on a call. */
export function callUnderWay(admin: SandboxAdmin): Promise<void> {
  return until('a call is under way', async () => (await admin.callSummary()).inFlight > 0);
}

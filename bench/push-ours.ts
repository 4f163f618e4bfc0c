import type { Arena, Timed } from './arena';
import { measureOurs } from './measure-ours';
import { startOurRun, waitForReport } from './our-run';

/** Our push, as users get it. */
export function pushOurs(arena: Arena): Promise<Timed> {
  return measureOurs(arena, { start: startOurRun, waitForReport });
}

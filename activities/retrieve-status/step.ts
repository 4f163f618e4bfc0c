import type { Stand } from '../../db/queries/retrieve-status/read-stand';

/** What one step of a run came to. `on`: the next one may follow. `ending`: the run stops, its reason is on record. */
export type Step = 'on' | 'done' | 'ending';

/** A step, and how the run stands after it where its page has told: the next one need not ask. */
export interface Stepped {
  readonly step: Step;
  readonly stand?: Stand;
}

/** What one step of a run came to. `on`: the next one may follow. `ending`: the run stops, its reason is on record. */
export type Step = 'on' | 'done' | 'ending';

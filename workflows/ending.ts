/** Why an execution ends (architecture.md, "Ending"). */
export type Ending = 'done' | 'operator' | 'kill ratio' | 'outage' | 'all refused' | 'failed';

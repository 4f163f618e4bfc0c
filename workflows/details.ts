export interface DetailsInput {
  readonly function: string;
  readonly execution: number | undefined;
  /** What is counted. */
  readonly unit: 'tickets' | 'records';
  readonly rows: readonly (readonly [string, number])[];
  readonly state: 'running' | 'paused' | 'stopping' | 'closed';
}

/** The current details of a run as the Temporal UI shows them: a Markdown table of counts. */
export function toDetails({ function: name, execution, unit, rows, state }: DetailsInput): string {
  return [
    `**${name}**, execution ${execution?.toString() ?? 'not planned yet'}: ${state}`,
    '',
    `| ${unit} | |`,
    '|---|---:|',
    ...rows.map(([name, value]) => `| ${name} | ${value.toString()} |`),
    ...(execution === undefined ? [] : ['', `\`tixngo log ${execution.toString()}\``]),
  ].join('\n');
}

/** How a run stands, as an operator sees it. */
export function toShownState(run: { readonly paused: boolean; readonly stopping: boolean }): DetailsInput['state'] {
  if (run.stopping) return 'stopping';
  return run.paused ? 'paused' : 'running';
}

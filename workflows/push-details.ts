import type { PushProgress, PushFunction } from './contract';

export interface DetailsInput {
  readonly function: PushFunction;
  readonly execution: number | undefined;
  readonly progress: PushProgress;
  readonly state: 'running' | 'paused' | 'stopping' | 'closed';
}

/** The current details of a run as the Temporal UI shows them: a Markdown table of counts. */
export function toDetails({ function: name, execution, progress, state }: DetailsInput): string {
  const rows: readonly (readonly [string, number])[] = [
    ['planned so far', progress.planned],
    ['delivered', progress.delivered],
    ['refused', progress.refused],
    ['skipped', progress.skipped],
    ['simulated', progress.simulated],
    ['unknown', progress.unknown],
    ['not tried', progress.notTried],
  ];
  return [
    `**${name}**, execution ${execution?.toString() ?? 'not planned yet'}: ${state}`,
    '',
    '| tickets | |',
    '|---|---:|',
    ...rows.map(([name, value]) => `| ${name} | ${value.toString()} |`),
    ...(execution === undefined ? [] : ['', `\`tixngo log ${execution.toString()}\``]),
  ].join('\n');
}

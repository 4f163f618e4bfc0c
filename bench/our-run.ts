import { openClient, type SystemClient } from '../client/system-client';
import { loadConfig } from '../config/environment';
import { childEnvironment, type Environment } from '../config/read-environment';
import { HOST } from '../local/season';
import { schedule } from './account';
import type { Timed } from './arena';

/** Where a started run can be found in Temporal. */
export interface OurRun {
  readonly workflowId: string;
  readonly firstRunId: string;
}

/** Connects to Temporal as the command line does, and disconnects afterwards. */
export async function withClient<T>(environment: Environment, use: (client: SystemClient) => Promise<T>): Promise<T> {
  const client = await openClient(loadConfig(childEnvironment(environment)).temporal);
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

/** Starts the measured schedule as an operator does. */
export function startOurRun(client: SystemClient): Promise<OurRun> {
  const subject = { ...schedule, organization: HOST, trigger: 'OPERATOR' } as const;
  const input = { schedule: `${schedule.interface}/${schedule.schedule}` };
  return client.startPush(subject, { input, at: new Date() });
}

/** Waits for the report; a run that fails, or has none, throws. */
export async function waitForReport(client: SystemClient, run: OurRun): Promise<NonNullable<Timed['report']>> {
  const end = await client.wait(run);
  if (!end.completed) throw new Error(`Our run failed: ${end.message}`);
  // A run that found nothing due has a report of zeros; none at all means that nobody knows what was done.
  if (end.report === undefined) throw new Error('Our run gave no report');
  return { planned: end.report.planned, delivered: end.report.delivered };
}

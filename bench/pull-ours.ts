import { HOST } from '../local/season';
import { startWorker } from '../local/stack-worker';
import type { SystemClient } from '../client/system-client';
import { account, pullSchedule } from './account';
import type { Arena, Timed } from './arena';
import { measureOurs } from './measure-ours';
import { startOthersMeter } from './meter';
import { type OurRun, withClient } from './our-run';
import type { LoggedStatement } from './statement-log';

/** Our retrieve-status, as users get it. */
export function pullOurs(arena: Arena): Promise<Timed> {
  return measureOurs(arena, { start: startPull, waitForReport: waitForRecords });
}

/** The same, with what Postgres was asked for the page that took most statements. */
export async function pullPages({ stage, database }: Arena): Promise<Timed> {
  const { environment } = database;
  await database.logStatements();
  const worker = await startWorker({ environment, logFolder: stage.logFolder });
  try {
    return await withClient(environment, async (client) => {
      const stopMeter = startOthersMeter();
      const readStatements = database.markStatements();
      const startedAt = Date.now();
      const report = await waitForRecords(client, await startPull(client));
      const seconds = (Date.now() - startedAt) / 1_000;
      return { startedAt, seconds, othersShare: stopMeter(), report, statements: largestPage(readStatements()) };
    });
  } finally {
    await worker.stop();
  }
}

/** Of all transactions that wrote a page, the one with most statements; the next page is loaded while one is written. */
export function largestPage(statements: readonly LoggedStatement[]): readonly string[] {
  const pages: string[][] = [];
  const open = new Map<string, string[]>();
  for (const { session, text } of statements) {
    if (/^(begin|start transaction)/i.test(text)) open.set(session, []);
    const transaction = open.get(session);
    transaction?.push(text);
    if (transaction === undefined || !/^(commit|rollback)/i.test(text)) continue;
    if (transaction.some((one) => one.includes('mobile_ticket_history') && one.includes('insert'))) {
      pages.push(transaction);
    }
    open.delete(session);
  }
  const [first, ...others] = pages;
  if (first === undefined) throw new Error('No page was written');
  return others.reduce((most, page) => (page.length > most.length ? page : most), first);
}

function startPull(client: SystemClient): Promise<OurRun> {
  const subject = { ...pullSchedule, organization: HOST, organizer: account.organizer, trigger: 'OPERATOR' } as const;
  return client.startRetrieve(subject, { schedule: `${pullSchedule.interface}/${pullSchedule.schedule}` });
}

async function waitForRecords(client: SystemClient, run: OurRun): Promise<NonNullable<Timed['report']>> {
  const end = await client.wait(run);
  if (!end.completed) throw new Error(`Our run failed: ${end.message}`);
  if (end.retrieved === undefined) throw new Error('Our run gave no report');
  return { planned: end.retrieved.records, delivered: end.retrieved.applied };
}

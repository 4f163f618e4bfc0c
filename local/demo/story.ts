import { join, relative } from 'node:path';
import { openClient } from '../../client/system-client';
import { openStatements } from '../../db/statements';
import { listOrganizations } from '../../db/queries/configuration/list-organizations';
import { openSandboxAdmin } from '../../sandbox/admin-client';
import { HOST, writeSeason } from '../season';
import type { Stack } from '../stack';
import { sendByHand } from './by-hand';
import { readDueTickets } from './due';
import { createOperator } from './operator';
import type { DemoOptions } from './options';
import { readBack } from './read-back';
import { countPushed, showResult } from './result';
import { sendBySchedule } from './scheduled';
import { toCount, type DemoScreen } from './screen';
import type { DemoWorld } from './world';

export interface StoryOptions extends DemoOptions {
  readonly screen: DemoScreen;
  readonly stack: Stack;
  /** For the demo's own files. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** How much of the group stage the schedule sends; the rest goes by hand. */
const PART_BY_SCHEDULE = 0.6;

/** Lives through the demo on a fresh stack, chapter by chapter; whether the check at its end holds. */
export async function tellStory(options: StoryOptions): Promise<boolean> {
  const { stack } = options;
  const database = openStatements({ url: stack.databaseUrl, applicationName: 'tixngo demo', connections: 2 });
  try {
    if ((await listOrganizations(database.kysely)).length > 0) {
      throw new Error('The database that DATABASE_URL names holds data already: the demo needs an empty one');
    }
    const client = await openClient(stack.config.temporal);
    try {
      const world = await importSeason({ ...options, database, client });
      await sendBySchedule(world);
      await sendByHand(world);
      const pushed = await countPushed(world);
      await readBack(world);
      return await showResult(world, pushed);
    } finally {
      await client.close();
    }
  } finally {
    await database.close();
  }
}

async function importSeason(options: StoryOptions & Pick<DemoWorld, 'database' | 'client'>): Promise<DemoWorld> {
  const { screen, stack, folder, signal, tickets, seed, database, client } = options;
  screen.chapter('The tickets of a tournament');
  const operator = createOperator({ screen, environment: stack.environment, folder, signal });
  const startedAtMs = Date.now();
  const files = await writeSeason(join(folder, 'season'), { seed, tickets }, signal);
  const due = await readDueTickets(files, signal);
  const poison = due.findLast(({ organization }) => organization === HOST);
  if (poison === undefined) throw new Error('The season has no ticket of the host that is due');
  screen.note(
    `UEFA EURO 2024: 10 stadiums, 51 matches, ${toCount(tickets)} tickets, ${toCount(due.length)} of them due (seed ${String(seed)}).`,
  );
  for (const kind of ['catalogue', 'contacts', 'tickets'] as const) {
    await operator.typeWell('import', kind, relative(folder, files[kind]));
  }
  const sandbox = openSandboxAdmin(stack.sandboxAdminUrl);
  const groupStage = due.filter(({ product }) => product === 'EURO-2024-GROUP').length;
  const configuration = { url: stack.sandboxUrl, batchSize: Math.ceil(groupStage * PART_BY_SCHEDULE) };
  const parts = { screen, operator, stack, sandbox, database, client, folder, files, due, poison };
  return { ...parts, configuration, seed, startedAtMs, signal };
}

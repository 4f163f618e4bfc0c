import { createHash } from 'node:crypto';
import { positionsPerBatch } from '../../core/push/outcome';
import { listNewestTickets } from '../../db/queries/push/newest-tickets';
import { toTicketsBody } from '../../tixngo/tickets-body';
import { describeForLog } from '../failures';
import type { World } from '../world';
import type { PushDefinition } from './definition';
import { definitions } from './definitions';
import type { RunSettings } from './settings';

/** As often as it takes until a batch takes no less time than the one before (docs/performance.md). */
const rounds = 6;

/** Only the tickets' own data matters here: nothing of a schedule is known, and nothing is sent. */
const settings: RunSettings = {
  ticketIterationSize: positionsPerBatch,
  parallelCalls: 1,
  maxOutageMinutes: 1,
  killRatio: null,
  enforceMandatoryParameters: false,
  batchSize: null,
  products: [],
  activationMethod: 'online',
  barcodePrefix: '',
  barcodeSuffix: '',
  mainApplicant: false,
  timeZone: 'UTC',
  pointOfSalesId: null,
};

/**
 * Loads the newest tickets in so many lanes, builds their calls and throws them away: what a program does for the first time takes it some
 * times as long, and a worker has that time before it takes work. It reads only; a database without tickets is nothing to rehearse with. What
 * fails is told and keeps no worker from its work: one ticket that cannot be read would stop the pushes of every organization.
 */
export async function rehearse(
  world: World,
  lanes: number,
  tell: (failure: ReturnType<typeof describeForLog>) => void,
): Promise<void> {
  try {
    await rehearseAll(world, lanes);
  } catch (error) {
    tell(describeForLog(error));
  }
}

async function rehearseAll(world: World, lanes: number): Promise<void> {
  const ticketIds = await listNewestTickets(world.database, positionsPerBatch);
  for (let round = 0; round < rounds; round += 1) {
    for (const definition of definitions) {
      await Promise.all(Array.from({ length: lanes }, () => rehearseCall(world, definition, ticketIds)));
    }
  }
}

async function rehearseCall(world: World, definition: PushDefinition, ticketIds: readonly string[]): Promise<void> {
  const context = { run: 'rehearsal', organizationId: '0', scheduleId: '0', settings, forced: false, skip: [] };
  const loaded = await definition.openLoader(world, context).load(ticketIds);
  const messages = [...loaded.values()].flatMap(({ message }) => (message.kind === 'built' ? [message.json] : []));
  createHash('sha256').update(toTicketsBody(messages)).digest('hex');
}

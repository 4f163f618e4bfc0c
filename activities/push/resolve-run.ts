import { z } from 'zod';
import { countReferences, mergeReferences, parseTicketReferences, type TicketReferences } from '../../core/force-skip';
import { isClosedRun } from '../../db/queries/push/find-closed-run';
import type { FoundSchedule } from '../../db/queries/push/find-schedule';
import { loadUpload } from '../../db/queries/push/load-upload';
import type { PlanSliceInput } from '../../workflows/contract';
import { fatal } from '../failures';
import { requireSchedule } from '../require-schedule';
import type { World } from '../world';
import type { RunSettings } from './settings';

const references = z.object({ ticketNumbers: z.array(z.string()), ids: z.array(z.string()) });

/** Entries as an operator writes them: a ticket number, or `id:7`. */
const uploadedTickets = z.array(z.string());

const storedSettings = z.object({
  activationMethod: z.enum(['online', 'offline']),
  filters: z.object({ product: z.array(z.string()).optional() }),
  barcodePrefix: z.string(),
  barcodeSuffix: z.string(),
  mainApplicant: z.boolean(),
  force: references,
  skip: references,
  simulation: z.boolean(),
});

const storedParameters = z.object({
  ticketIterationSize: z.number(),
  maxOutageMinutes: z.number(),
  killRatio: z.number().nullish(),
  enforceMandatoryParameters: z.boolean(),
});

/** What a start asks for, resolved against the configuration; tickets are named, not yet found. */
export interface ResolvedRun {
  readonly schedule: FoundSchedule;
  readonly settings: RunSettings;
  /** Undefined: the selection decides. */
  readonly force: TicketReferences | undefined;
  readonly skip: TicketReferences;
  readonly simulation: boolean;
}

/** Reads the schedule that the input names, out of those found; fails without retry when there is none, or when the input does not fit it. */
export async function resolveRun(
  world: World,
  input: PlanSliceInput,
  found: readonly FoundSchedule[],
): Promise<ResolvedRun> {
  const schedule = requireSchedule({ name: input.input.schedule, function: input.function }, found);
  await requireClosedRun(world, { again: input.input.again, scheduleId: schedule.scheduleId });
  const stored = storedSettings.parse(schedule.settings);
  const parameters = storedParameters.parse(schedule.parameters);
  return {
    schedule,
    settings: {
      ticketIterationSize: parameters.ticketIterationSize,
      parallelCalls: schedule.parallelCalls,
      maxOutageMinutes: parameters.maxOutageMinutes,
      killRatio: parameters.killRatio ?? null,
      enforceMandatoryParameters: parameters.enforceMandatoryParameters,
      batchSize: schedule.batchSize,
      products: stored.filters.product ?? [],
      activationMethod: stored.activationMethod,
      barcodePrefix: stored.barcodePrefix,
      barcodeSuffix: stored.barcodeSuffix,
      mainApplicant: stored.mainApplicant,
      timeZone: schedule.timeZone,
      pointOfSalesId: schedule.pointOfSalesId,
    },
    force: await readForce(world, input, stored.force),
    skip: mergeReferences(stored.skip, readReferences(input.input.skip ?? '', 'skip')),
    simulation: input.input.simulate ?? stored.simulation,
  };
}

async function requireClosedRun(
  world: World,
  { again, scheduleId }: { readonly again: number | undefined; readonly scheduleId: string },
): Promise<void> {
  if (again === undefined || (await isClosedRun(world.database, { execution: again, scheduleId }))) return;
  throw fatal('UNKNOWN_RUN', `This schedule has no closed run ${again.toString()} that could be run again`);
}

async function readForce(
  world: World,
  { input }: PlanSliceInput,
  ofSchedule: TicketReferences,
): Promise<TicketReferences | undefined> {
  const typed = input.force === undefined ? ofSchedule : readReferences(input.force, 'force');
  const uploaded = input.upload === undefined ? undefined : await readUpload(world, input.upload);
  const force = uploaded === undefined ? typed : mergeReferences(typed, uploaded);
  const isEmpty = countReferences(force) === 0;
  return isEmpty && input.force === undefined && uploaded === undefined ? undefined : force;
}

async function readUpload(world: World, id: number): Promise<TicketReferences> {
  const content = await loadUpload(world.database, { id, kind: 'tickets' });
  if (content === undefined) throw fatal('UNKNOWN_UPLOAD', `There is no upload ${id.toString()} of tickets`);
  return readReferences(uploadedTickets.parse(content).join(','), 'upload');
}

function readReferences(text: string, field: string): TicketReferences {
  const read = parseTicketReferences(text, field);
  if ('references' in read) return read.references;
  const [problem] = read.problems;
  throw fatal('BAD_INPUT', `${field}: found ${problem?.found ?? 'a mistake'}; allowed: ${problem?.allowed ?? ''}`);
}

import { log } from '@temporalio/activity';
import type { Kysely } from 'kysely';
import { noReferences, type TicketReferences } from '../../core/force-skip';
import { sliceTickets } from '../../core/push/slices';
import {
  type CandidatesInput,
  againCandidates,
  dueCandidates,
  forcedCandidates,
  planStart,
  type PlanCursor,
} from '../../db/queries/push/candidates';
import { lockForClose } from '../../db/queries/push/close-execution';
import { loadSlices, type RecordedSlice } from '../../db/queries/push/load-slices';
import { lockRun } from '../../db/queries/push/lock-run';
import { openExecution, type OpenExecution, readExecution } from '../../db/queries/push/open-execution';
import { recordSlice, writeForcedSkips, writeSlice } from '../../db/queries/push/plan-slice';
import { dropSkipListed, resolveNaming } from '../../db/queries/push/resolve-naming';
import { surveyRun } from '../../db/queries/push/survey-run';
import { inTransaction } from '../../db/transaction';
import type { PlannedSlice, PlanSliceInput } from '../../workflows/contract';
import { closeLostAmong } from '../close-lost';
import { withHeartbeat } from '../execution/heartbeat';
import { identifyRun } from '../execution/identify';
import { executionClosed, olderDatabase } from '../failures';
import type { World } from '../world';
import { closeInTransaction } from './close-in-transaction';
import type { PushDefinition } from './definition';
import { closeIdleTick } from './idle-tick';
import { readReport } from './report';
import { type ResolvedRun, resolveRun } from './resolve-run';
import { readRunOverrides, readRunSettings, type RunOverrides } from './settings';

/**
 * Claims what is due, in order, and cuts it into batches. The first slice opens the execution; one that finds nothing closes it. Schedule and
 * overrides are resolved by the attempt that opens it, and by no other: a run keeps to what it opened with (domain.md 4).
 */
export function planSlice(world: World, definition: PushDefinition, input: PlanSliceInput): Promise<PlannedSlice> {
  return withHeartbeat(async () => {
    const run = identifyRun(input.firstRunId);
    const survey = await surveyRun(world.database, run, input.input.schedule);
    const opened = survey.openedFor ?? undefined;
    if (opened === undefined && (input.execution !== undefined || input.known.slices > 0)) {
      throw olderDatabase(input.execution);
    }
    const opening = opened === undefined ? await resolveRun(world, input, survey.schedules) : undefined;
    const organizer = opened ?? opening?.schedule.organizer;
    if (input.slice === 1) await closeLostAmong(world, { ...survey, organizer });
    const idle = opening === undefined ? undefined : await closeIdleTick(world, { definition, input, opening });
    if (idle !== undefined) return idle;
    return await inTransaction(world.database, (transaction) => plan(transaction, { definition, input, opening }));
  });
}

interface Planning {
  readonly definition: PushDefinition;
  readonly input: PlanSliceInput;
  /** Undefined when the execution is there already. */
  readonly opening: ResolvedRun | undefined;
}

async function plan(transaction: Kysely<unknown>, planning: Planning): Promise<PlannedSlice> {
  const { input, opening } = planning;
  await lockRun(transaction, identifyRun(input.firstRunId));
  if (opening !== undefined) await open(transaction, { ...planning, opening });
  const execution = await readExecution(transaction, identifyRun(input.firstRunId));
  if (execution === undefined) throw olderDatabase(input.execution);
  const slices = await loadSlices(transaction, execution.id);
  if (slices.length < input.known.slices || (input.execution ?? Number(execution.id)) !== Number(execution.id)) {
    throw olderDatabase(Number(execution.id));
  }
  const planned = slices.find((slice) => slice.number === input.slice);
  if (planned !== undefined || execution.closed)
    return toPlanned(transaction, { ...planning, execution, slice: planned });
  const slice = await write(transaction, { ...planning, execution, before: slices });
  return toPlanned(transaction, { ...planning, execution, slice });
}

async function open(
  transaction: Kysely<unknown>,
  { definition, input, opening }: Planning & { readonly opening: ResolvedRun },
): Promise<void> {
  const { organizationId, scheduleId, interfaceId, organizer } = opening.schedule;
  const find = ({ ticketNumbers, ids }: TicketReferences) =>
    resolveNaming(transaction, { organizationId, numbers: ticketNumbers, ids });
  const skip = await find(opening.skip);
  const forced = await find(opening.force ?? noReferences);
  const ticketIds = await dropSkipListed(transaction, {
    scheduleId,
    ticketIds: forced.ticketIds,
    skip: skip.ticketIds,
  });
  const overrides: RunOverrides = {
    forced: opening.force !== undefined,
    force: [...ticketIds],
    skip: [...skip.ticketIds],
    skipListed: forced.ticketIds.length - ticketIds.length,
    again: input.input.again ?? null,
    unknownForced: forced.unknown,
  };
  // Which ones is told by the command that was given them (cli/run.ts); somebody may have typed a name.
  if (forced.unknown > 0) log.warn('Forced numbers name no ticket', { unknown: forced.unknown });
  await openExecution(transaction, {
    ...identifyRun(input.firstRunId),
    function: definition.function,
    scheduleId,
    interfaceId,
    organizer,
    trigger: input.input.trigger ?? 'OPERATOR',
    overrides,
    settings: opening.settings,
    simulation: opening.simulation,
  });
}

async function write(
  transaction: Kysely<unknown>,
  context: Planning & { readonly execution: OpenExecution; readonly before: readonly RecordedSlice[] },
): Promise<RecordedSlice> {
  const { definition, execution, before, input } = context;
  const settings = readRunSettings(execution.settings);
  const overrides = readRunOverrides(execution.overrides);
  const { organizationId, scheduleId } = execution;
  const selection = definition.select({ organizationId, scheduleId, settings, skip: overrides.skip });
  const room = sliceRoom(context, settings.batchSize);
  const last = before.at(-1);
  const candidates: CandidatesInput = {
    selection,
    after: toCursor(last),
    openedAt: execution.openedAt,
    upperTicketId: execution.upperTicketId,
    limit: room.tickets,
    refusedLimit: Math.max(0, settings.ticketIterationSize - sum(before, (slice) => slice.cursor.refused)),
  };
  const firstBatch = last === undefined ? 0 : last.firstBatch + last.batches;
  const written = await writeSlice(transaction, {
    execution: execution.id,
    slice: input.slice,
    firstBatch,
    batchSize: settings.ticketIterationSize,
    candidates: chooseCandidates(candidates, overrides),
    claim: !execution.simulation,
  });
  const skipped = overrides.forced
    ? await writeForcedSkips(transaction, { execution: execution.id, ticketIds: overrides.force })
    : 0;
  const isLast = overrides.forced || written.found < room.tickets || room.isRest;
  await recordSlice(transaction, {
    execution: execution.id,
    slice: input.slice,
    firstBatch,
    written,
    last: isLast,
    skipped,
  });
  return {
    number: input.slice,
    firstBatch,
    batches: written.batches,
    tickets: written.tickets + skipped,
    last: isLast,
    cursor: { ...written.cursor, refused: written.refused },
  };
}

/** How many tickets this slice may take; `isRest` when the batch size allows no further one. */
function sliceRoom(
  context: { readonly input: PlanSliceInput; readonly before: readonly RecordedSlice[] },
  batchSize: number | null,
): { readonly tickets: number; readonly isRest: boolean } {
  const most = sliceTickets(context.input.slice);
  if (batchSize === null) return { tickets: most, isRest: false };
  const rest = batchSize - sum(context.before, (slice) => slice.tickets);
  return { tickets: Math.min(most, rest), isRest: rest <= most };
}

function chooseCandidates(input: CandidatesInput, overrides: RunOverrides) {
  if (overrides.forced) return forcedCandidates(input.selection, overrides.force);
  if (overrides.again !== null) return againCandidates({ ...input, execution: overrides.again });
  return dueCandidates(input);
}

function toCursor(slice: RecordedSlice | undefined): PlanCursor {
  const { class: position, at, id } = slice?.cursor ?? {};
  return position === undefined || at === undefined || id === undefined ? planStart : { class: position, at, id };
}

async function toPlanned(
  transaction: Kysely<unknown>,
  context: Planning & { readonly execution: OpenExecution; readonly slice: RecordedSlice | undefined },
): Promise<PlannedSlice> {
  const { definition, execution, slice, input } = context;
  const number = Number(execution.id);
  const planned = {
    execution: number,
    interfaceName: execution.interfaceName,
    organizationCode: execution.organizationCode,
    slice: input.slice,
    firstBatch: slice?.firstBatch ?? 0,
    batches: slice?.batches ?? 0,
    tickets: slice?.tickets ?? 0,
    last: slice?.last ?? true,
    window: readRunSettings(execution.settings).parallelCalls,
  };
  const nothingToSend = input.slice === 1 && planned.batches === 0 && planned.last;
  if (!execution.closed && !nothingToSend) return planned;
  const identity = { execution: number, ...identifyRun(input.firstRunId) };
  const closing = await lockForClose(transaction, identity);
  if (closing === undefined) throw olderDatabase(number);
  // A run that had tickets to send and is closed was reset, or closed as lost: it must not look as if it had worked again.
  if (closing.closed && !nothingToSend) throw executionClosed(number);
  if (closing.closed) return { ...planned, report: readReport(closing.report) };
  const report = await closeInTransaction(transaction, {
    execution: number,
    definition,
    closing,
    ending: 'done',
    endingReason: null,
  });
  return { ...planned, report };
}

function sum<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

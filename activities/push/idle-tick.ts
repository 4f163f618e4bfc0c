import { countReferences } from '../../core/force-skip';
import { findIdleMoment, writeIdleRun } from '../../db/queries/push/idle-tick';
import type { PlannedSlice, PlanSliceInput } from '../../workflows/contract';
import { identifyRun } from '../execution/identify';
import { composeMail } from '../execution/mail';
import type { World } from '../world';
import type { PushDefinition } from './definition';
import { composeReport, toMailed } from './report';
import type { ResolvedRun } from './resolve-run';
import { noOverrides, readRunSettings } from './settings';

export interface IdleTickInput {
  readonly definition: PushDefinition;
  readonly input: PlanSliceInput;
  readonly opening: ResolvedRun;
}

const nothing = { delivered: 0, refused: 0, skipped: 0, simulated: 0, unknown: 0, notTried: 0 };

/**
 * A tick with nothing due, as a schedule makes most of the time: two statements instead of a transaction with its locks, its plan and its
 * close (performance.md). Undefined when there is anything to do, when the start names tickets, or when another attempt was quicker: all of
 * these are planned in a transaction. A ticket that becomes due between the two is left to the next run, as one that is sold a moment later.
 */
export async function closeIdleTick(world: World, tick: IdleTickInput): Promise<PlannedSlice | undefined> {
  const { definition, input, opening } = tick;
  if (input.slice !== 1 || namesTickets(tick)) return undefined;
  const { schedule, simulation } = opening;
  const { scheduleId, organizationId } = schedule;
  const settings = readRunSettings(opening.settings);
  const moment = await findIdleMoment(world.database, {
    selection: definition.select({ organizationId, scheduleId, settings, skip: [] }),
    scheduleId,
    simulation,
  });
  if (moment === undefined) return undefined;
  const execution = Number(moment.execution);
  const closing = { planned: 0, overrides: noOverrides };
  const report = composeReport(
    { execution, closing, ending: 'done', endingReason: null, standingRefused: moment.standingRefused },
    { outcomes: nothing, refusals: [] },
  );
  const { interface: interfaceName, organization } = schedule;
  const about = { function: definition.function, interfaceName, organization, before: moment.lastRun };
  const written = await writeIdleRun(world.database, {
    ...identifyRun(input.firstRunId),
    function: definition.function,
    scheduleId,
    interfaceId: schedule.interfaceId,
    organizer: schedule.organizer,
    trigger: input.input.trigger ?? 'OPERATOR',
    overrides: noOverrides,
    settings: opening.settings,
    simulation,
    moment,
    outcome: report.outcome,
    report,
    mail: simulation ? undefined : composeMail(toMailed(report), about),
  });
  if (!written) return undefined;
  const planned = { firstBatch: 0, batches: 0, tickets: 0, last: true, window: settings.parallelCalls };
  return { execution, interfaceName, organizationCode: organization, slice: input.slice, ...planned, report };
}

/** Force, skip and *again* are resolved with the execution that they are stored in. */
function namesTickets({ input, opening }: IdleTickInput): boolean {
  const { force, skip } = opening;
  return force !== undefined || countReferences(skip) > 0 || input.input.again !== undefined;
}

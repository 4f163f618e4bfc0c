import type { Transaction } from 'kysely';
import { describeHeld, describePausedInterface, runFileAgain } from '../../core/retrieve-status/report';
import type { FoundSchedule } from '../../db/queries/push/find-schedule';
import { lockRun } from '../../db/queries/push/lock-run';
import type { RunIdentity } from '../../db/queries/push/open-execution';
import { openExecutionsOf } from '../../db/queries/push/lost-executions';
import { forgetLeftUploads } from '../../db/queries/retrieve-status/forget-left-uploads';
import { openRetrieveExecution } from '../../db/queries/retrieve-status/open-retrieve';
import { overrideCursor } from '../../db/queries/retrieve-status/override-cursor';
import { takeCursor } from '../../db/queries/retrieve-status/take-cursor';
import { isRecordsUpload } from '../../db/queries/retrieve-status/upload-records';
import { inTransaction } from '../../db/transaction';
import {
  type OpenedRetrieve,
  type OpenRetrieveInput,
  type RetrieveInput,
  toRetrieveId,
} from '../../workflows/retrieve-contract';
import { closeLostAmong } from '../close-lost';
import { withHeartbeat } from '../execution/heartbeat';
import { attemptScheduledAtMs, identifyRun } from '../execution/identify';
import { fatal } from '../failures';
import type { World } from '../world';
import { closeSkipped, readReport } from './close';
import { followed, leaseSeconds, retrieveClosed } from './reader';
import { findRetrieveSchedule, toSubject } from './resolve';
import { toOverrides, toSettings } from './settings';

/** As long as a run may last (client/runs.ts): of an older upload that no open run applies, none will come. */
const longestRunHours = 24;

/** Opens the execution of a run and takes the cursor of its account; closes it as SKIPPED when another run has it, which is named, or its interface is paused. */
export function openRetrieve(world: World, { input, firstRunId }: OpenRetrieveInput): Promise<OpenedRetrieve> {
  return withHeartbeat(async () => {
    const run = identifyRun(firstRunId);
    const schedule = await findRetrieveSchedule(world, input.schedule);
    requireFixedId(run, schedule);
    const { organizer } = schedule;
    const open = await openExecutionsOf(world.database, organizer);
    const before = open.filter((row) => row.firstRunId !== firstRunId || row.workflowId !== run.workflowId);
    await closeLostAmong(world, { open: before, claimsLeft: false, organizer });
    await forgetLeftUploads(world.database, { olderThanHours: longestRunHours, upload: input.upload });
    return await inTransaction(world.database, (transaction) => openRun(transaction, { run, input, schedule }));
  });
}

/** Temporal gives an id to one workflow at a time: under any other id a run would stand beside the one of its account. */
function requireFixedId({ workflowId }: RunIdentity, { organizer }: FoundSchedule): void {
  if (workflowId === toRetrieveId(organizer)) return;
  throw fatal(
    'WRONG_ID',
    `retrieveStatus runs as ${toRetrieveId(organizer)} only, and not as ${workflowId}: start retrieveTick, or tixngo run`,
  );
}

async function requireUpload(
  transaction: Transaction<unknown>,
  { input, schedule }: { readonly input: RetrieveInput; readonly schedule: FoundSchedule },
): Promise<void> {
  const { upload } = input;
  const { scheduleId } = schedule;
  if (upload === undefined || (await isRecordsUpload(transaction, { upload, scheduleId }))) return;
  throw fatal(
    'UNKNOWN_UPLOAD',
    `No records of an upload ${upload.toString()} are kept for this schedule: ${runFileAgain}`,
  );
}

interface Opening {
  readonly run: RunIdentity;
  readonly input: RetrieveInput;
  readonly schedule: FoundSchedule;
}

async function openRun(transaction: Transaction<unknown>, opening: Opening): Promise<OpenedRetrieve> {
  const { run, input, schedule } = opening;
  const { organizer } = schedule;
  const settings = toSettings(schedule);
  await lockRun(transaction, run);
  const row = await openRetrieveExecution(transaction, {
    ...run,
    scheduleId: schedule.scheduleId,
    interfaceId: schedule.interfaceId,
    organizer,
    trigger: input.trigger ?? 'OPERATOR',
    overrides: toOverrides(input),
    settings,
  });
  const { execution } = row;
  // Once: a close that an earlier attempt has made took the records.
  if (row.created) await requireUpload(transaction, opening);
  const opened = { ...toSubject(schedule), execution, maxOutageMinutes: settings.maxOutageMinutes };
  if (row.closed) {
    const report = readReport(row.report);
    // A run that had read something and is closed was reset: it must not look as if it had worked again.
    if (report.outcome !== 'SKIPPED') throw retrieveClosed(execution);
    return { ...opened, report };
  }
  const skip = async (message: string) => ({
    ...opened,
    report: await closeSkipped(transaction, { identity: { ...run, execution }, message }),
  });
  // A run that waited for its own interface would hold the account, which other organizations read too.
  if (row.created && row.interfacePaused) {
    return await skip(`Nothing was done: ${describePausedInterface(schedule.interface)}.`);
  }
  const taken = await takeCursor(transaction, { ...run, organizer, leaseSeconds, attemptAtMs: attemptScheduledAtMs() });
  if (!taken.taken && taken.followed) throw followed();
  if (!taken.taken) return await skip(describeHeld(organizer, taken.holder));
  if (row.created) await moveCursor(transaction, execution, opening);
  return opened;
}

/** What an operator wants of the cursor, if it stands where he saw it (domain.md 8.2); else nothing is opened. */
async function moveCursor(
  transaction: Transaction<unknown>,
  execution: number,
  { run, input, schedule }: Opening,
): Promise<void> {
  const { organizer } = schedule;
  const to = input.fullResync === true ? '' : input.cursor;
  if (to === undefined) return;
  const move = (confirmed: string) => overrideCursor(transaction, { ...run, execution, organizer, to, confirmed });
  const { confirmCursor } = input;
  let moved = await move(confirmCursor ?? '');
  // Reading everything again changes nothing that is known: it need not name the key that it leaves.
  if (!moved.overridden && confirmCursor === undefined) moved = await move(moved.present);
  if (moved.overridden) return;
  throw fatal(
    'CURSOR_MOVED',
    `The pagination key of ${organizer} is ${JSON.stringify(moved.present)} now, not the one that was confirmed: nothing was started`,
  );
}

import { RunAlreadyOpen } from '../client/errors';
import { toRetrieveId } from '../client/retrieve-id';
import type { RetrieveInput } from '../client/system-client';
import { isPaginationKey, longestPaginationKey, paginationKeyRule } from '../core/retrieve-status/pagination-key';
import { findExecution } from '../db/queries/operations/find-execution';
import { deleteUpload } from '../db/queries/operations/delete-upload';
import { listCursors } from '../db/queries/operations/list-cursors';
import type { ScheduleRow } from '../db/queries/operations/list-schedules';
import { recordOperatorAction } from '../db/queries/operations/record-operator-action';
import type { Answer } from './answer';
import { CommandFailure, wrongUsage } from './failure';
import { toFullName } from './find';
import { showKey } from './output/retrieved';
import type { Session } from './session';
import { toStartedAnswer, waitForEnd } from './start';

/** How a retrieve-status run may be told to differ from one of its schedule. */
export interface RetrieveOptions {
  readonly wait?: true;
  readonly reason?: string;
  readonly cursor?: string;
  readonly confirmCursor?: string;
  readonly fullResync?: true;
  readonly file?: string;
}

/** Starts the one run of the account that a schedule reads; refuses, naming the run that is open. */
export async function runRetrieve(session: Session, schedule: ScheduleRow, options: RetrieveOptions): Promise<Answer> {
  checkTogether(options);
  await refuseWhileRead(session, schedule);
  await checkCursor(session, schedule, options);
  const upload = options.file === undefined ? undefined : await keepRecords(session, schedule, options.file);
  const input: RetrieveInput = {
    schedule: toFullName(schedule),
    trigger: 'OPERATOR',
    ...(upload !== undefined && { upload }),
    ...(options.cursor !== undefined && { cursor: options.cursor }),
    ...(options.confirmCursor !== undefined && { confirmCursor: options.confirmCursor }),
    ...(options.fullResync === true && { fullResync: true }),
  };
  const request = { schedule, input, options, action: toAction(options) };
  if (upload === undefined) return await startRetrieve(session, request);
  return await startRetrieve(session, request, async () => {
    await deleteUpload(await session.database(), upload);
  });
}

/** Starts it and records who did; waits for its end with `--wait`. `undo`: what to take back when Temporal refuses the start. */
export async function startRetrieve(
  session: Session,
  request: {
    readonly schedule: ScheduleRow;
    readonly input: RetrieveInput;
    readonly options: Pick<RetrieveOptions, 'wait' | 'reason'>;
    /** What is recorded. */
    readonly action: string;
  },
  undo?: () => Promise<void>,
): Promise<Answer> {
  const { schedule, input, options, action } = request;
  const [name, client] = [toFullName(schedule), await session.client()];
  const { organizer, organization } = schedule;
  const subject = { function: 'retrieve-status', interface: schedule.interface, organization, organizer } as const;
  const started = await client
    .startRetrieve({ ...subject, trigger: 'OPERATOR' }, input)
    .catch(async (error: unknown) => {
      await undo?.();
      throw error instanceof RunAlreadyOpen ? await alreadyRead(session, schedule) : error;
    });
  await recordOperatorAction(await session.database(), {
    who: session.who,
    action,
    subject: name,
    ...(options.reason !== undefined && { reason: options.reason }),
    // The workflow id is that of all runs of the account: the first run id tells which one (find-start-action.ts).
    details: { ...started, ...input },
  });
  return options.wait === true ? await waitForEnd(session, started, name) : toStartedAnswer(name, started);
}

/** Told before a file is read or a key compared; what is started meanwhile is told by Temporal. */
export async function refuseWhileRead(session: Session, schedule: ScheduleRow): Promise<void> {
  const { state } = await (await session.client()).describe(toRetrieveId(schedule.organizer));
  if (state === 'open') throw await alreadyRead(session, schedule);
}

async function alreadyRead(session: Session, { organizer }: ScheduleRow): Promise<CommandFailure> {
  const workflowId = toRetrieveId(organizer);
  const open = await findExecution(await session.database(), { workflowId });
  // Not planned yet, it has no number.
  const known = open?.closedAtMs === null ? open : undefined;
  const by = known === undefined ? '' : `, by run ${String(known.run)} of ${known.interface}/${known.schedule}`;
  const follow = `tixngo log ${known === undefined ? workflowId : String(known.run)} --follow`;
  const message = `The TIXNGO account ${organizer} is read already${by}; it is read by one run at a time. Wait for it (${follow})`;
  return new CommandFailure(1, message);
}

function checkTogether({ cursor, confirmCursor, fullResync, file }: RetrieveOptions): void {
  if (cursor !== undefined && confirmCursor === undefined) {
    throw wrongUsage(
      'Moving the cursor needs --cursor KEY and --confirm-cursor PRESENT: --confirm-cursor PRESENT is missing',
    );
  }
  // Reading everything again needs no confirmation, and takes one (workflows/retrieve-input.ts).
  if (confirmCursor !== undefined && cursor === undefined && fullResync !== true) {
    throw wrongUsage(
      '--confirm-cursor names the pagination key that is left: --cursor KEY or --full-resync is missing',
    );
  }
  if (cursor === '') throw wrongUsage('--cursor is empty. To read everything again: --full-resync');
  if (cursor !== undefined && !isPaginationKey(cursor)) {
    throw wrongUsage(`--cursor is no pagination key: it has ${describeText(cursor)}; allowed is ${paginationKeyRule}`);
  }
  if (file === '') throw wrongUsage('--file is empty: it takes the name of a file, JSON or NDJSON');
  const ways = [
    cursor !== undefined && '--cursor',
    fullResync === true && '--full-resync',
    file !== undefined && '--file',
  ];
  const given = ways.filter((way) => way !== false);
  if (given.length > 1) throw wrongUsage(`${given.join(' and ')} cannot be combined: a run reads from one place`);
}

function describeText(text: string): string {
  return `${String(text.length)} characters${isPaginationKey(text.slice(0, longestPaginationKey)) ? '' : ', of which not all are printable'}`;
}

/** Nobody moves a cursor that somebody else has moved meanwhile (domain.md 8.2); the run compares once more, when it holds the cursor. */
async function checkCursor(session: Session, { organizer }: ScheduleRow, options: RetrieveOptions): Promise<void> {
  if (options.confirmCursor === undefined) return;
  const [row] = await listCursors(await session.database(), [organizer]);
  const present = row?.paginationKey ?? '';
  if (present === options.confirmCursor) return;
  const message = `--confirm-cursor does not name the present pagination key of ${organizer}, which is ${showKey(present)}. Nothing was changed`;
  throw wrongUsage(message);
}

async function keepRecords(session: Session, schedule: ScheduleRow, file: string): Promise<number> {
  const { uploadRecords } = await import('./upload.js');
  return await uploadRecords(session, schedule, file);
}

function toAction({ cursor, fullResync, file }: RetrieveOptions): string {
  if (cursor !== undefined) return 'move cursor';
  if (fullResync === true) return 'full resync';
  return file === undefined ? 'run' : 'replay file';
}

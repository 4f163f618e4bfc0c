import { count } from '../core/count';
import { type PutAsideReason, putAsideReasons } from '../core/retrieve-status/wallet-record';
import { dropPutAside } from '../db/queries/operations/drop-put-aside';
import { listPutAside, type OpenPutAside } from '../db/queries/operations/list-put-aside';
import { type PutAsideStory, readPutAside } from '../db/queries/operations/read-put-aside';
import { recordOperatorAction } from '../db/queries/operations/record-operator-action';
import { retryPutAside } from '../db/queries/operations/retry-put-aside';
import type { Answer } from './answer';
import type { CommonOptions, RecordedOptions } from './command';
import { CommandFailure, notFound, wrongUsage } from './failure';
import { findSchedule, requireOrganizer, toFullName } from './find';
import { toPutAsideDocument } from './output/put-aside';
import { parseLimit, toShownLine } from './output/standing';
import { toTable } from './output/table';
import { toDuration, toTime } from './output/times';
import { refuseWhileRead, startRetrieve } from './retrieve';
import type { Session } from './session';

export interface PutAsideListOptions extends CommonOptions {
  readonly organizer?: string;
  readonly reason?: string;
  readonly limit: string;
}

export interface PutAsideRetryOptions extends RecordedOptions {
  readonly all?: true;
  readonly organizer?: string;
  readonly run?: string;
  readonly wait?: true;
}

/** The records that wait, oldest first, without their payloads. */
export async function listRecords(session: Session, options: PutAsideListOptions): Promise<Answer> {
  const limit = parseLimit(options.limit);
  const reason = parseReason(options.reason);
  await requireOrganizer(session, options.organizer);
  const wanted = { ...toFilter(options), ...(reason !== undefined && { reason }), limit };
  const open = await listPutAside(await session.database(), wanted);
  const cells = open.records.map((row) => [
    row.id,
    row.organizer,
    row.reason,
    row.problem,
    row.ticketId === null ? '-' : `id:${row.ticketId}`,
    `${toTime(row.putAtMs, row.timeZone)}${row.retryWanted ? ', tried again at the next run' : ''}`,
  ]);
  return {
    document: {
      total: open.total,
      kept: open.kept,
      counts: open.counts,
      records: open.records.map(toPutAsideDocument),
    },
    lines: [
      ...(open.total === 0
        ? [reason === undefined ? 'No record is put aside' : `No record is put aside for ${reason}`]
        : [
            toTable(session.screen, ['number', 'organizer', 'reason', 'problem', 'ticket', 'since'], cells),
            ...toShownLine(open.records.length, open.total),
          ]),
      ...(reason === undefined ? toKeptLine(open.kept) : []),
    ],
  };
}

/** One record with its payload, which is personal data: for the screen of whoever asks. */
export async function showRecord(session: Session, text: string): Promise<Answer> {
  const [id = ''] = parseNumbers([text]);
  const story = await readPutAside(await session.database(), id);
  if (story === undefined) throw notFound(`There is no record ${text} that was put aside. See: tixngo put-aside list`);
  const { appliedAtMs, dropped, record, ...row } = story;
  const time = (epochMs: number): string => toTime(epochMs, story.timeZone);
  const since = toDuration(session.now.getTime() - story.putAtMs);
  return {
    document: {
      ...toPutAsideDocument(row),
      appliedAt: appliedAtMs === null ? null : time(appliedAtMs),
      dropped: dropped && { who: dropped.who, reason: dropped.reason, at: time(dropped.atMs) },
      record,
    },
    lines: [
      `Record ${id} of ${story.organizer}: ${story.reason}: ${story.problem}`,
      `  put aside ${since} ago by run ${String(story.run)}, ${describeNow(story)}`,
      ...(dropped === null ? [JSON.stringify(record, undefined, 2)] : []),
    ],
  };
}

/** Has the next run of their account try records again, whatever kept them back; with `--run` starts that run. */
export async function retryRecords(
  session: Session,
  numbers: readonly string[],
  options: PutAsideRetryOptions,
): Promise<Answer> {
  const schedule = options.run === undefined ? undefined : await findSchedule(session, options.run);
  if (options.wait === true && schedule === undefined) throw wrongUsage('--wait waits for the run of --run SCHEDULE');
  if (schedule !== undefined && schedule.function !== 'retrieve-status') {
    throw wrongUsage(
      `${toFullName(schedule)} is a schedule of ${schedule.function}: --run takes one of retrieve-status`,
    );
  }
  const chosen = await choose(session, numbers, options);
  const strangers = chosen.filter(({ organizer }) => schedule !== undefined && organizer !== schedule.organizer);
  if (schedule !== undefined && strangers.length > 0) {
    const told = strangers.map(({ id, organizer }) => `record ${id} is of ${organizer}`);
    throw wrongUsage(`${toFullName(schedule)} reads ${schedule.organizer} and no other account:`, told);
  }
  if (schedule !== undefined) await refuseWhileRead(session, schedule);
  const database = await session.database();
  const marked = await retryPutAside(
    database,
    chosen.map(({ id }) => id),
  );
  await recordOperatorAction(database, {
    who: session.who,
    action: 'put-aside retry',
    subject: [...new Set(marked.map(({ organizer }) => `organizer ${organizer}`))].join(', '),
    details: { numbers: marked.map(({ id }) => Number(id)) },
    ...(options.reason !== undefined && { reason: options.reason }),
  });
  if (schedule !== undefined) {
    const input = { schedule: toFullName(schedule), trigger: 'OPERATOR' } as const;
    const answer = await startRetrieve(session, { schedule, input, options, action: 'run' });
    return options.wait === true ? await withLeft(session, answer, marked) : answer;
  }
  return {
    document: { retried: marked.map(({ id }) => Number(id)) },
    lines: [`${count(marked.length, 'record')} tried again at the next run of the account`],
  };
}

/** Of a run that was waited for: a record that cannot be applied still is nothing that the run tells of. */
async function withLeft(session: Session, answer: Answer, tried: readonly { readonly id: string }[]): Promise<Answer> {
  const ids = tried.map(({ id }) => id);
  const { total } = await listPutAside(await session.database(), { ids, limit: 0 });
  if (total === 0) return answer;
  const told = `  ${String(total)} of ${count(ids.length, 'record')} tried again wait still: tixngo put-aside list tells why`;
  return { ...answer, document: { ...answer.document, waitStill: total }, lines: [...answer.lines, told] };
}

/** Gives records up that will never be applied: they leave the list, and their payloads are deleted. All named, or none. */
export async function dropRecords(
  session: Session,
  numbers: readonly string[],
  { reason }: RecordedOptions,
): Promise<Answer> {
  if (reason === undefined) {
    throw wrongUsage('--reason TEXT is missing: a record that is dropped is never applied, so somebody must say why');
  }
  const chosen = await choose(session, numbers, {});
  const ids = chosen.map(({ id }) => id);
  const dropped = await dropPutAside(await session.database(), { ids, who: session.who, reason });
  return {
    document: { dropped: dropped.map(Number) },
    lines: [`${count(dropped.length, 'record')} dropped: never applied, payload deleted`],
  };
}

function describeNow({ appliedAtMs, dropped, timeZone }: PutAsideStory): string {
  if (dropped !== null) {
    const who = dropped.who === null ? '' : ` by ${dropped.who}: ${dropped.reason ?? ''}`;
    return `dropped ${toTime(dropped.atMs, timeZone)}${who}; its payload is deleted`;
  }
  return appliedAtMs === null ? 'waits' : `applied ${toTime(appliedAtMs, timeZone)}`;
}

/** The records named, all that wait; else a failure that names those that do not, and nothing is changed. */
async function choose(
  session: Session,
  texts: readonly string[],
  options: Pick<PutAsideRetryOptions, 'all' | 'organizer'>,
): Promise<OpenPutAside['records']> {
  if (texts.length > 0 === (options.all === true)) throw wrongUsage('Say which records: numbers, or --all');
  await requireOrganizer(session, options.organizer);
  const database = await session.database();
  const filter = toFilter(options);
  const limit = Number.MAX_SAFE_INTEGER;
  if (texts.length === 0) {
    const { records } = await listPutAside(database, { ...filter, limit });
    if (records.length === 0) throw new CommandFailure(1, 'No record is put aside');
    return records;
  }
  const ids = parseNumbers(texts);
  const { records } = await listPutAside(database, { ...filter, ids, limit });
  const missing = ids.filter((id) => !records.some((row) => row.id === id));
  if (missing.length === 0) return records;
  const near = (await listPutAside(database, { ...filter, limit: 5 })).records.map(({ id }) => id);
  throw notFound(`No record that waits has the number ${missing.join(', ')}; nothing was changed`, near);
}

function toKeptLine(kept: number): readonly string[] {
  if (kept === 0) return [];
  return [
    `${count(kept, 'record')} of skipped tickets kept, and applied once these are not skipped: tixngo put-aside list --reason SKIPPED`,
  ];
}

function parseReason(text: string | undefined): PutAsideReason | undefined {
  if (text === undefined) return undefined;
  const reason = putAsideReasons.find((one) => one === text.toUpperCase());
  if (reason !== undefined) return reason;
  throw wrongUsage(`--reason ${text} is none. Allowed: ${putAsideReasons.join(', ')}`);
}

function toFilter({ organizer }: { readonly organizer?: string }): { readonly organizer?: string } {
  return organizer === undefined ? {} : { organizer };
}

function parseNumbers(texts: readonly string[]): readonly string[] {
  const parts = texts.flatMap((text) => text.split(/[,\s]+/).filter((part) => part !== ''));
  const wrong = parts.filter((part) => !/^[1-9]\d{0,17}$/.test(part));
  if (wrong.length > 0 || parts.length === 0) {
    throw wrongUsage(
      `${wrong.join(', ') || texts.join(' ')} is no number of a record, as tixngo put-aside list shows it`,
    );
  }
  return [...new Set(parts)];
}

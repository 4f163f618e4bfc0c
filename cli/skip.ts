import { addSkips, listSkips, removeSkips } from '../db/queries/operations/skips';
import { recordOperatorAction } from '../db/queries/operations/record-operator-action';
import type { Answer } from './answer';
import { addCommand, withRecord, type CommonOptions, type RecordedOptions, type Registry } from './command';
import { findSchedule, toFullName } from './find';
import { toTable } from './output/table';
import { toTime } from './output/times';
import type { Session } from './session';
import { findNamedTickets } from './tickets';

export function addSkip({ program, run }: Registry): void {
  const skip = program
    .command('skip')
    .description('the tickets that a schedule leaves out: add, remove, list')
    .addHelpText(
      'after',
      '\nExamples:\n  $ tixngo skip add inject-league 12300123 --reason "address wrong"\n  $ tixngo skip list inject-league',
    );
  for (const verb of ['add', 'remove'] as const) {
    const command = addCommand(skip, {
      name: verb,
      summary: verb === 'add' ? 'leave tickets out from now on' : 'take tickets off the skip list again',
      examples: [
        [`skip ${verb} fcx-tixngo/inject-league 12300123,id:7`, 'two tickets, by number and by id'],
        [`skip ${verb} inject-league 12300123 --reason "address wrong"`, 'the reason is recorded'],
      ],
    })
      .argument('<schedule>', 'interface/schedule, or the schedule alone where its name is unique')
      .argument('<tickets...>', 'ticket numbers, or id:7, separated by commas or blanks');
    withRecord(command).action(async (name: string, tickets: readonly string[], options: RecordedOptions) => {
      await run(options, (session) => changeSkips(session, verb, { name, tickets, options }));
    });
  }
  addCommand(skip, {
    name: 'list',
    summary: 'show the skip list of a schedule',
    examples: [
      ['skip list inject-league', 'tickets with reason, who and when'],
      ['skip list fcx-tixngo/inject-league --json', 'as a document'],
    ],
  })
    .argument('<schedule>', 'interface/schedule, or the schedule alone where its name is unique')
    .action(async (name: string, options: CommonOptions) => {
      await run(options, (session) => showSkips(session, name));
    });
}

interface SkipRequest {
  readonly name: string;
  readonly tickets: readonly string[];
  readonly options: RecordedOptions;
}

async function changeSkips(session: Session, verb: 'add' | 'remove', request: SkipRequest): Promise<Answer> {
  const { name, tickets, options } = request;
  const schedule = await findSchedule(session, name);
  const rows = await findNamedTickets(session, tickets, schedule.organization);
  const database = await session.database();
  const scheduleId = schedule.id;
  const ticketIds = rows.map(({ id }) => id);
  const changed =
    verb === 'add'
      ? await addSkips(database, {
          scheduleId,
          ticketIds,
          reason: options.reason ?? 'no reason given',
          who: session.who,
        })
      : await removeSkips(database, { scheduleId, ticketIds });
  const fullName = toFullName(schedule);
  await recordOperatorAction(database, {
    who: session.who,
    action: `skip ${verb}`,
    subject: fullName,
    details: { ticketIds: changed },
    ...(options.reason !== undefined && { reason: options.reason }),
  });
  const numbers = rows.filter(({ id }) => changed.includes(id)).map(({ ticketNumber }) => ticketNumber);
  const unchanged = rows.filter(({ id }) => !changed.includes(id)).map(({ ticketNumber }) => ticketNumber);
  const what = verb === 'add' ? 'added to' : 'removed from';
  return {
    document: { schedule: fullName, [verb === 'add' ? 'added' : 'removed']: numbers, unchanged },
    lines: [
      `${numbers.length} ticket(s) ${what} the skip list of ${fullName}`,
      ...(unchanged.length > 0 ? [`unchanged: ${unchanged.join(', ')}`] : []),
    ],
  };
}

async function showSkips(session: Session, name: string): Promise<Answer> {
  const schedule = await findSchedule(session, name);
  const rows = await listSkips(await session.database(), schedule.id);
  const time = (epochMs: number): string => toTime(epochMs, schedule.timeZone);
  const cells = rows.map((row) => [
    row.ticketNumber,
    `id:${row.ticketId}`,
    row.status,
    time(row.addedAtMs),
    row.by,
    row.reason,
  ]);
  return {
    document: {
      schedule: toFullName(schedule),
      tickets: rows.map(({ addedAtMs, ...row }) => ({ ...row, addedAt: time(addedAtMs) })),
    },
    lines:
      rows.length === 0
        ? [`${toFullName(schedule)} skips no ticket`]
        : [toTable(session.screen, ['ticket', 'id', 'status', 'since', 'by', 'reason'], cells)],
  };
}

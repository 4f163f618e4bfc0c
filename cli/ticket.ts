import { listTicketRuns, type TicketRunRow } from '../db/queries/operations/list-ticket-runs';
import { readWalletStory, type WalletStory } from '../db/queries/operations/read-wallet-story';
import { readTicketState, type TicketState } from '../db/queries/operations/read-ticket-state';
import type { TicketRow } from '../db/queries/operations/find-tickets';
import type { Answer } from './answer';
import type { CommonOptions } from './command';
import { CommandFailure } from './failure';
import { paintOutcome } from './output/screen';
import { toTable } from './output/table';
import { toTime } from './output/times';
import { toWalletDocument, toWalletLines, toWalletTables } from './output/wallet';
import type { Session } from './session';
import { findNamedTickets } from './tickets';

export interface TicketOptions extends CommonOptions {
  readonly organization?: string;
}

/** The story of one ticket. */
export async function showTicket(session: Session, name: string, options: TicketOptions): Promise<Answer> {
  const [ticket] = await findNamedTickets(session, [name], options.organization);
  if (ticket === undefined) throw new CommandFailure(2, `${name} names no ticket`);
  const database = await session.database();
  const story = {
    state: await readTicketState(database, ticket.id),
    runs: await listTicketRuns(database, ticket.id),
    wallet: await readWalletStory(database, ticket.id),
  };
  return { document: toDocument(ticket, story), lines: toLines(session, ticket, story) };
}

interface Story {
  readonly state: TicketState;
  readonly runs: readonly TicketRunRow[];
  readonly wallet: WalletStory;
}

function toDocument(ticket: TicketRow, { state, runs, wallet }: Story): object {
  const time = (epochMs: number): string => toTime(epochMs, ticket.timeZone);
  const { id, ticketNumber, organization, kind, status, invalidationReason, product, performance } = ticket;
  return {
    id,
    ticketNumber,
    organization,
    kind,
    status,
    statusChangedAt: time(ticket.statusChangedAtMs),
    invalidationReason,
    product,
    performance,
    replaces: ticket.replacesTicketNumber,
    replacedBy: ticket.replacedByTicketNumber,
    ...toWalletDocument(wallet, ticket.timeZone),
    marks: state.marks.map(({ sentAtMs, ...mark }) => ({ ...mark, sentAt: time(sentAtMs) })),
    claimedBy: state.claimedBy,
    openCalls: state.openCalls.map(({ announcedAtMs, deadlineMs, ...call }) => ({
      ...call,
      announcedAt: time(announcedAtMs),
      deadline: time(deadlineMs),
    })),
    skippedBy: state.skippedBy.map(({ addedAtMs, ...skip }) => ({ ...skip, addedAt: time(addedAtMs) })),
    runs: runs.map(({ openedAtMs, recordedAtMs, ...run }) => ({
      ...run,
      openedAt: time(openedAtMs),
      recordedAt: time(recordedAtMs),
    })),
  };
}

function toLines({ screen }: Session, ticket: TicketRow, { state, runs, wallet }: Story): readonly string[] {
  const time = (epochMs: number): string => toTime(epochMs, ticket.timeZone);
  const { marks, claimedBy, openCalls, skippedBy } = state;
  const reason = ticket.invalidationReason === null ? '' : ` (${ticket.invalidationReason})`;
  const rows = runs.map((run) => [
    String(run.run),
    run.schedule,
    time(run.recordedAtMs),
    paintOutcome(screen, run.outcome),
    [run.code, run.field].filter((part) => part !== null).join(' '),
    run.message ?? '',
  ]);
  return [
    `Ticket ${ticket.ticketNumber} (id:${ticket.id}) of ${ticket.organization}`,
    `  S-360:   ${ticket.status}${reason} since ${time(ticket.statusChangedAtMs)}`,
    ...toWalletLines(wallet, ticket.timeZone),
    `  product: ${[ticket.product, ticket.performance].filter((part) => part !== null).join(' / ')}`,
    ...(ticket.replacesTicketNumber === null ? [] : [`  replaces ${ticket.replacesTicketNumber}`]),
    ...(ticket.replacedByTicketNumber === null ? [] : [`  replaced by ${ticket.replacedByTicketNumber}`]),
    ...marks.map((mark) =>
      mark.run === wallet.seenBy?.run
        ? `  mark:    ${mark.function}, written by run ${mark.run}, which saw it in the wallet, ${time(mark.sentAtMs)}`
        : `  mark:    ${mark.function} delivered by run ${mark.run}, sent ${time(mark.sentAtMs)}`,
    ),
    ...(claimedBy === null ? [] : [`  claimed by run ${claimedBy}`]),
    ...openCalls.map(
      (call) => `  call:    announced by run ${call.run} at ${time(call.announcedAtMs)}, not answered yet`,
    ),
    ...skippedBy.map(
      (skip) => `  skipped: by ${skip.schedule} since ${time(skip.addedAtMs)} (${skip.by}: ${skip.reason})`,
    ),
    ...(rows.length === 0
      ? [`  no ${wallet.history.length === 0 ? 'run' : 'push'} has touched it`]
      : ['', toTable(screen, ['run', 'schedule', 'recorded', 'outcome', 'code and field', 'message'], rows)]),
    ...toWalletTables(screen, wallet, ticket.timeZone),
  ];
}

import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { toError, toExpiredKey, writeAnswer, type Answer } from './answer';
import { readPage, type PageRequest } from './diff-page';
import type { Strike } from './faults';
import { isKept } from './kept-connections';
import type { World } from './push-call';
import { answerEarly, isEarly, spoilAnswer } from './spoil';
import { spoilRecords } from './spoil-records';

const operation = 'diffTickets';
const defaultLimit = 1000;

export interface DiffCall {
  readonly organizer: string;
  readonly query: URLSearchParams;
  readonly response: ServerResponse;
}

/** Tells a page of what happened to the tickets of an account: faults, the page, the record of the call. */
export async function handleDiff({ organizer, query, response }: DiffCall, world: World): Promise<void> {
  const paginationKey = query.get('paginationKey') ?? '';
  const limit = Number(query.get('limit') ?? defaultLimit);
  const page = { paginationKey, limit, records: 0 };
  const record = world.bench ? undefined : world.calls.record({ operation, organizer, key: null, ticketIds: [], page });
  const strike = world.faults.strike({ operation, organizer, ticketIds: [], paginationKey, kept: isKept(response) });
  const latencyMs = world.latencyMs + strike.latencyMs;
  if (latencyMs > 0) await wait(latencyMs);

  const { fault } = strike;
  let status: number | null;
  if (fault !== undefined && isEarly(fault)) {
    status = answerEarly(response, fault);
  } else {
    const request = { organizer, paginationKey, limit, repeated: world.repeats.next(), fault: strike.pages[0]?.how };
    const { answer, records } = toAnswer({ request, query, strike }, world);
    page.records = records;
    if (record !== undefined) record.acted = answer.status === 200;
    status = answer.status;
    if (fault === undefined || fault.kind === 'results') writeAnswer(response, answer);
    else status = spoilAnswer(response, answer, fault);
  }
  world.calls.countStatus(status);
  if (record === undefined) return;
  record.status = status;
  record.fault =
    fault?.kind ?? strike.pages[0]?.kind ?? strike.records[0]?.kind ?? (strike.latencyMs > 0 ? 'latency' : null);
}

interface Asked {
  readonly request: PageRequest;
  readonly query: URLSearchParams;
  readonly strike: Strike;
}

function toAnswer({ request, query, strike }: Asked, world: World): { answer: Answer; records: number } {
  const problem = world.document.checkQuery(operation, query);
  if (problem !== undefined) {
    const words = `The request is not as documented: ${problem.path} ${problem.message}`;
    return { answer: toError(400, 'MALFORMED', words), records: 0 };
  }
  world.wallets.settle();
  const page = readPage(request, world.log);
  if (page === undefined) return { answer: toExpiredKey(400), records: 0 };
  const broken = world.bench ? undefined : world.document.checkAnswer(operation, 200, page);
  if (broken !== undefined) {
    const words = `The sandbox's own answer is not as documented: ${broken.path} ${broken.message}`;
    return { answer: toError(500, 'SANDBOX_BROKEN', words), records: 0 };
  }
  const tickets = strike.records.reduce<readonly unknown[]>(spoilRecords, page.tickets);
  return { answer: { status: 200, body: { ...page, tickets } }, records: tickets.length };
}

import type { CallRecord, TicketCount } from '../../sandbox/calls';
import type { Engine } from './engine-world';

/** What may have had a ticket sent again. That the stand-in spoilt or withheld an answer needs no word: it has that on record. */
export interface MayRepeat {
  /** Calls of which nothing is wrong at the stand-in, though nobody could record their answers: the worker died, the database refused. */
  readonly lostAnswers?: number;
  /** Answers that were heard under each key, by whoever made its calls: what went out whole beyond these came to nobody, as after a deadline. */
  readonly heard?: ReadonlyMap<string, number>;
  /** Tickets that faults of the kind `results` left out of answers: these, or the first of the call that was struck. */
  readonly leftOut?: readonly string[] | 'the first';
}

/**
 * P3, P4: no ticket is taken in again once an answer said that it was, whether keys are honoured or not. Only calls whose answer was lost, as
 * many as the caller knows of, may have had their own tickets taken in once more, and what an answer left out; and a run that was told to
 * send a ticket by force sends it once, whatever was answered before.
 */
export async function expectNothingDoubled(engine: Engine, operation: string, may: MayRepeat): Promise<void> {
  const { calls, tickets } = await engine.admin.calls(operation);
  const forcedRuns = await findForcedRuns(engine);
  const again = new Map<CallRecord, string[]>();
  for (const [ticketId, count] of Object.entries(tickets)) {
    if (count.accepted < 2) continue;
    for (const teller of findRepeated({ ticketId, count, calls, forcedRuns })) {
      again.set(teller, [...(again.get(teller) ?? []), ticketId]);
    }
  }
  const unheard = countUnheard(calls, may.heard);
  const wrong = [...again].filter(([{ key, fault, ticketIds }, repeated]) => {
    const left = unheard.get(key) ?? 0;
    unheard.set(key, left - 1);
    if (left > 0) return false;
    const leftOut = may.leftOut === 'the first' ? ticketIds.slice(0, 1) : may.leftOut;
    return fault !== 'results' || repeated.some((id) => leftOut?.includes(id) !== true);
  });
  const shown = wrong.map(([{ number, key, fault }, repeated]) => ({ number, key, fault, repeated }));
  expect(shown.length > (may.lostAnswers ?? 0) ? shown : []).toEqual([]);
}

/** Answers that went out whole under each key and were not heard. What was spoilt or withheld is none of them: it excuses itself alone. */
function countUnheard(calls: readonly CallRecord[], heard: MayRepeat['heard']): Map<string | null, number> {
  const unheard = new Map<string | null, number>();
  if (heard === undefined) return unheard;
  for (const { key } of calls.filter(tells)) {
    unheard.set(key, (unheard.get(key) ?? -(heard.get(key ?? '') ?? 0)) + 1);
  }
  return unheard;
}

interface Sendings {
  readonly ticketId: string;
  readonly count: TicketCount;
  readonly calls: readonly CallRecord[];
  /** By key. */
  readonly forcedRuns: ReadonlyMap<string, string>;
}

/** The calls whose answer said that the ticket was taken in, and after which it was taken in all the same. */
function findRepeated({ ticketId, count, calls, forcedRuns }: Sendings): ReadonlySet<CallRecord> {
  const its = calls.filter((call) => call.ticketIds.includes(ticketId));
  const mayAccept = its.filter(({ acted, status }) => acted && (status === null || status < 300));
  // A bad ticket is bad until its fault is cleared: what was refused came before what was accepted.
  const refused = new Set(mayAccept.slice(0, Math.max(0, mayAccept.length - count.accepted)).map(({ key }) => key));
  const repeated = new Set<CallRecord>();
  let teller: CallRecord | undefined;
  let run: string | undefined;
  for (const call of its.filter(({ key }) => !refused.has(key))) {
    const forced = forcedRuns.get(call.key ?? '');
    if (forced !== undefined && forced !== run) teller = undefined;
    run = forced;
    if (teller !== undefined && mayAccept.includes(call)) repeated.add(teller);
    if (tells(call)) teller = call;
  }
  return repeated;
}

/** Whether its answer went out whole, with the result of every ticket or of all but one: not spoilt, not withheld. */
function tells({ acted, replayed, status, fault }: CallRecord): boolean {
  const isWhole = fault === null || fault === 'latency' || fault === 'poison' || fault === 'results';
  return (acted || replayed) && status === 200 && isWhole;
}

/** The executions that send by force what was sent before, by the keys of their calls. */
async function findForcedRuns(engine: Engine): Promise<ReadonlyMap<string, string>> {
  const rows = await engine.query<{ key: string; run: string }>(
    `select c.key, c.execution_id as run from call c join execution e on e.id = c.execution_id
     where (e.overrides -> 'forced')::boolean`,
  );
  return new Map(rows.map(({ key, run }) => [key, run]));
}

import { mayBeRepeated } from '../../../db/queries/push/announce-conditions';
import { isOver } from '../../../db/queries/push/under-way';
import type { Engine, EngineWorker } from '../../helpers/engine-world';
import { type BeforeStatement, type Rewriting, rewriteStatements } from './rewrite';

/** The same worker with parts of its statements replaced; `requireUsed` throws unless each part was found. */
export function withoutParts<Worker extends EngineWorker>(
  worker: Worker,
  rewritings: readonly Rewriting[],
  before?: BeforeStatement,
): { readonly worker: Worker; readonly requireUsed: () => void } {
  const { database, requireUsed } = rewriteStatements(worker.database, rewritings, before);
  return { worker: { ...worker, database }, requireUsed };
}

/** The statement by which every call is recorded and announced. */
export const ANNOUNCING = 'push-record-and-announce';

/** Takes the announcement away: the call goes out as before, and nothing on record says that it is under way. */
export const announcement: readonly Rewriting[] = [
  {
    part: `insert into call as old (execution_id, batch, number, range_number, key, positions, worker_id, token, deadline)
  select $1, given.next_batch, given.next_number, $8, $29, $30::integer[], $9::bigint, $7::bigint,
    now() + make_interval(secs => $34::double precision / 1000)
  from given`,
    instead: 'select $29::text, $30::integer[], now() as announced_at from given',
  },
  {
    part: `on conflict (execution_id, batch, number) do update
    set range_number = excluded.range_number, worker_id = excluded.worker_id, token = excluded.token,
      deadline = excluded.deadline, key = excluded.key, positions = excluded.positions, repeats = old.repeats + 1,
      -- Of the wait for this try, what does not count is taken out of its time.
      announced_at = old.announced_at + greatest(now() - coalesce(old.counts_until, old.deadline + interval '120000 milliseconds'), '0'),
      -- The end of the last sending is not on record: TIXNGO may have taken it, and a 409 says that it is worked on since then.
      conflict_after = case when old.counts_until is not null then old.conflict_after end,
      counts_until = null
    where ${mayBeRepeated}
  returning announced_at`,
    instead: '',
  },
];

/** Takes the token away: an attempt that was replaced announces on. */
export const slotToken: readonly Rewriting[] = [{ part: 's.token = $7::bigint and', instead: '$7::bigint > 0 and' }];

/** Takes away both looks at the call on record: that it is repeated only when it is over, and that another attempt of its range is waited for. */
export const repeatedWhenOver: readonly Rewriting[] = [
  { part: 'and not v."callUnderWay"', instead: '' },
  {
    part: `and ${isOver('old')}))
  returning announced_at`,
    instead: `))
  returning announced_at`,
  },
];

/** Takes the claim away: a ticket that another execution has planned is planned as well. */
export const claim: readonly Rewriting[] = [
  {
    part: 'on conflict (ticket_id) do nothing',
    instead: 'on conflict (ticket_id) do update set execution_id = excluded.execution_id',
  },
];

/** Takes the gate away: neither a pause that TIXNGO asked for nor an outage holds a call back. */
export const gate: readonly Rewriting[] = [
  { part: 'and v."closedForMs" = 0', instead: '' },
  { part: 'and (not (select "probeNeeded" from view) or exists (select from probe))', instead: '' },
];

export interface SentTwice {
  /** Calls' worths of tickets that TIXNGO accepted more than once. */
  readonly batches: number;
  readonly tickets: number;
}

/** Counted at the stand-in, which must ignore idempotency keys: nothing may rely on them (tixngo-api.md, "Access"). */
export async function countSentTwice({ admin }: Engine, batchSize = 50): Promise<SentTwice> {
  const { tickets } = await admin.calls();
  const again = Object.values(tickets).filter(({ accepted }) => accepted > 1).length;
  return { tickets: again, batches: Math.ceil(again / batchSize) };
}

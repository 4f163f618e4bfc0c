import {
  type AnnounceInput,
  type AnnounceResult,
  recordAndAnnounce,
  recordDeliveries,
  type RecordedOutcome,
} from '../../../db/queries/push/announce';
import { lockForClose } from '../../../db/queries/push/close-execution';
import { takeSlot } from '../../../db/queries/push/take-slot';
import { inTransaction } from '../../../db/transaction';
import { openRun } from '../../helpers/engine-run';
import { addTickets } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';

type Input = AnnounceInput & { readonly announce: NonNullable<AnnounceInput['announce']> };

/** What the tests of announcing and recording begin with. */
export interface Announcing {
  readonly engine: Engine;
  /** The announcement of the first batch by the range that holds a slot. */
  input(): Input;
  ask(changes?: Partial<AnnounceInput>): Promise<AnnounceResult>;
  /** Records an answer to the first call. */
  record(outcomes: readonly RecordedOutcome[], changes?: Partial<AnnounceInput>): Promise<AnnounceResult>;
  /** Records it as an attempt without a slot does. */
  recordLate(outcomes: readonly RecordedOutcome[], changes?: Partial<AnnounceInput>): Promise<void>;
  /** What is on record of the tickets: their log, marks, last outcomes and statuses; how many claims and answered calls there are. */
  state(): Promise<Record<string, unknown> | undefined>;
  /** An execution of 100 tickets, its first range holding a slot. */
  begin(): Promise<void>;
}

export const answered = { batch: 0, number: 1, refusedWhole: false, first: true, sentAt: '2026-11-20 10:00:00+00' };

/** Of the ticket at this position: delivered, unless the changes say otherwise. */
export const outcome = (position: number, changes: Partial<RecordedOutcome> = {}): RecordedOutcome => ({
  position,
  ticketId: String(position + 1),
  outcome: 'DELIVERED',
  contentHash: 'ab'.repeat(32),
  fromAnswer: true,
  ...changes,
});
export const refused = (position: number, fromAnswer = true) =>
  outcome(position, { outcome: 'REFUSED', code: 'NO', message: 'no', fromAnswer });
export const skipped = (position: number) => outcome(position, { outcome: 'SKIPPED', code: 'X', fromAnswer: false });

export async function openAnnouncing(name: string): Promise<Announcing> {
  const engine = await openEngine(name);
  let input: Input | undefined;
  const given = (): Input => {
    if (input === undefined) throw new Error('Nothing was begun');
    return input;
  };
  const toRecord = (outcomes: readonly RecordedOutcome[], changes: Partial<AnnounceInput>): AnnounceInput => {
    const { announce: _announce, ...rest } = given();
    return { ...rest, record: { outcomes, call: answered }, ...changes };
  };
  return {
    engine,
    input: given,
    ask: (changes = {}) => recordAndAnnounce(engine.database.pool, { ...given(), ...changes }),
    record: (outcomes, changes = {}) => recordAndAnnounce(engine.database.pool, toRecord(outcomes, changes)),
    recordLate: (outcomes, changes = {}) =>
      inTransaction(engine.database, async (transaction) => {
        const late = toRecord(outcomes, changes);
        await lockForClose(transaction, late.identity);
        await recordDeliveries(transaction, late);
      }),
    state: async () => {
      const [row] = await engine.query<Record<string, unknown>>(`select
        (select coalesce(jsonb_object_agg(position, outcome), '{}') from execution_ticket) as log,
        (select coalesce(jsonb_object_agg(ticket_id, version), '{}') from processed) as marks,
        (select coalesce(jsonb_object_agg(ticket_id, outcome), '{}') from ticket_outcome) as last,
        (select coalesce(jsonb_agg(id order by id), '[]') from ticket where status = 'PRINTED') as printed,
        (select count(*)::integer from claim) as claims,
        (select count(*)::integer from call where answered_at is not null) as answered`);
      return row;
    },
    begin: async () => {
      input = await beginRange(engine);
    },
  };
}

async function beginRange(engine: Engine): Promise<Input> {
  await engine.reset();
  await addTickets(engine.database.pool, 1, 100);
  const run = openRun(engine);
  await run.plan();
  const { workflowId, firstRunId } = run;
  const identity = { execution: run.execution(), namespace: 'default', workflowId, firstRunId };
  const worker = engine.worker.session.id() ?? '';
  const taking = { identity, range: 0, worker, leaseSeconds: 45 };
  const taken = await takeSlot(engine.database.pool, taking);
  if (taken.kind !== 'taken') throw new Error('no slot');
  return {
    identity,
    slot: taken.slot,
    worker,
    function: 'inject-tickets',
    printingPointOfSales: '1',
    simulation: false,
    announce: {
      batch: 0,
      number: 1,
      key: 'key',
      positions: [0, 1],
      tickets: await engine.query<{ ticketId: string; rowVersion: string }>(
        `select id as "ticketId", xmin::text as "rowVersion" from ticket where id <= 2 order by id`,
      ),
      repetition: false,
      deadlineMs: 5_000,
    },
  };
}

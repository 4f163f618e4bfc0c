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
  /** An execution of 100 tickets, its first range holding a slot. */
  begin(): Promise<void>;
}

export const answered = { batch: 0, number: 1, refusedWhole: false, first: true, sentAt: '2026-11-20 10:00:00+00' };

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

import { randomUUID } from 'node:crypto';
import type { Info } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createActivities } from '../../activities';
import type { World } from '../../activities/world';
import type { FaultInput } from '../../sandbox/faults';
import type { Activities, Ending } from '../../workflows/contract';
import {
  type OpenedRetrieve,
  type RetrieveInput,
  type RetrievePagesResult,
  type RetrieveReport,
  toRetrieveId,
} from '../../workflows/retrieve-contract';
import { retried } from './engine-run';
import { addSchedule, addTickets } from './engine-seed';
import { type Engine, ORGANIZER } from './engine-world';

export const READ = 'fcx/read';

/** One workflow run of retrieve-status without a workflow: the same activities in the same order, retried as Temporal would. */
export interface Reading {
  readonly firstRunId: string;
  readonly workflowId: string;
  execution(): number;
  /** One attempt, as each of these. */
  open(options?: AttemptOptions): Promise<OpenedRetrieve>;
  pages(options?: AttemptOptions): Promise<RetrievePagesResult>;
  close(ending?: Ending, reason?: string): Promise<RetrieveReport>;
  setState(state: 'paused' | 'running' | 'stopping'): Promise<void>;
  /** Everything, to the report. */
  toEnd(): Promise<RetrieveReport>;
}

export interface AttemptOptions {
  readonly worker?: World;
  /** What Temporal says of the attempt, such as the time for all of them. */
  readonly info?: Partial<Info>;
  /** Receives a function that cancels the attempt. */
  readonly onStart?: (cancel: () => void) => void;
}

export interface ReadingOptions extends Partial<RetrieveInput> {
  readonly workflowId?: string;
  readonly firstRunId?: string;
  readonly namespace?: string;
}

const quiet = { log: none, trace: none, debug: none, info: none, warn: none, error: none };

function none(): void {
  return undefined;
}

export function openReading(engine: Engine, options: ReadingOptions = {}): Reading {
  const {
    workflowId = toRetrieveId(ORGANIZER),
    firstRunId = randomUUID(),
    namespace = engine.worker.namespace,
    ...rest
  } = options;
  const input: RetrieveInput = { schedule: READ, ...rest };
  engine.runs.set(workflowId, { state: 'open', firstRunId });
  let execution: number | undefined;
  let knownPages = 0;
  let withoutProgress = 0;

  const execute = <Result>(
    act: (activities: Activities) => Promise<Result>,
    { worker = engine.worker, onStart, info }: AttemptOptions = {},
  ): Promise<Result> => {
    const environment = new MockActivityEnvironment(
      { scheduleToCloseTimeoutMs: 600_000, ...info, workflowExecution: { workflowId, runId: firstRunId }, namespace },
      { logger: quiet },
    );
    onStart?.(() => {
      environment.cancel();
    });
    return environment.run(() => act(createActivities(worker)));
  };
  const number = () => {
    if (execution === undefined) throw new Error('This run is not open yet');
    return execution;
  };

  const reading: Reading = {
    firstRunId,
    workflowId,
    execution: number,
    open: async (attempt) => {
      const opened = await execute((activities) => activities.openRetrieve({ input, firstRunId }), attempt);
      ({ execution } = opened);
      return opened;
    },
    pages: async (attempt) => {
      const asked = { execution: number(), firstRunId, knownPages, withoutProgress };
      const result = await execute((activities) => activities.retrievePages(asked), attempt);
      knownPages = result.counts.pages;
      ({ withoutProgress } = result);
      return result;
    },
    close: (ending = 'done', reason) => {
      const closing = { execution: number(), firstRunId, knownPages, ending };
      return execute((activities) => activities.closeRetrieve(reason === undefined ? closing : { ...closing, reason }));
    },
    setState: (state) =>
      execute((activities) => activities.setExecutionState({ execution: number(), firstRunId, state })),
    toEnd: async () => {
      const { report } = await retried(() => reading.open());
      if (report !== undefined) return report;
      for (;;) {
        const { stopped } = await retried(() => reading.pages());
        if (stopped === 'done' || stopped === 'ending') return await reading.close();
      }
    },
  };
  return reading;
}

export interface ReadingSeed {
  readonly tickets: number;
  /** Records that the wallet tells of them; 0: none. */
  readonly records?: number;
  /** Most records a page. */
  readonly split?: number;
  readonly batchSize?: number;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** Tickets 1 to n, all injected, the schedule `fcx/read`, and made-up changes of them in the sandbox. */
export async function seedReading(engine: Engine, seed: ReadingSeed): Promise<void> {
  const { pool } = engine.database;
  const { tickets, records = 0, split = 1000, batchSize, parameters } = seed;
  await addTickets(pool, 1, tickets);
  await addSchedule(pool, {
    id: 2,
    name: 'read',
    interface: 1,
    function: 'retrieve-status',
    ...(batchSize === undefined ? {} : { batchSize }),
  });
  await engine.query('update interface set parameters = parameters || $1', [{ batchSplitSize: split, ...parameters }]);
  await engine.query(
    `insert into processed (ticket_id, function, organizer, execution_id, sent_at) select id, 'inject-tickets', $1, 0, now() from ticket`,
    [ORGANIZER],
  );
  await engine.query(`update ticket set status = 'PRINTED'`);
  const ticketIds = Array.from({ length: tickets }, (_, index) => (index + 1).toString());
  await engine.admin.repeats(0);
  if (records > 0) await engine.admin.records({ count: records, ticketIds, transfers: 0.5 });
}

/** Lets a fault meet the calls that ask for pages. */
export function strike({ admin }: Pick<Engine, 'admin'>, fault: FaultInput) {
  return admin.addFault({ operation: 'diffTickets', ...fault });
}

/** What was read, as seen from outside: by the tables, and by what the sandbox says it told. */
export type ReadOutside = Pick<Engine, 'query' | 'admin'>;

/** L1: the newest change of each ticket stands, and the history has each change once: by what the sandbox says it told. */
export async function expectAllRead(engine: ReadOutside): Promise<void> {
  const { records } = await engine.admin.changes();
  const newest = new Map<string, { readonly changeNumber: number; readonly status: string }>();
  for (const record of records) newest.set(record.ticketId, record);
  const current = await engine.query<{ ticket: string; change: string; status: string }>(
    'select ticket_id as ticket, change_number as change, status from mobile_ticket order by ticket_id',
  );
  expect(new Map(current.map(({ ticket, change, status }) => [ticket, `${change} ${status}`]))).toEqual(
    new Map([...newest].map(([ticket, { changeNumber, status }]) => [ticket, `${changeNumber.toString()} ${status}`])),
  );
  const history = await engine.query<{ change: string }>(
    'select change_number as change from mobile_ticket_history order by change_number',
  );
  expect(history.map(({ change }) => Number(change))).toEqual(records.map(({ changeNumber }) => changeNumber));
}

/** Everything that a reading writes, but for the times of writing. */
export async function readEverything(engine: ReadOutside): Promise<unknown> {
  const tables = {
    mobile_ticket: `to_jsonb(t) - 'read_at'`,
    mobile_ticket_history: `to_jsonb(t) - 'read_at' - 'execution_id'`,
    distribution: `to_jsonb(t) - 'id' - 'old_contact_id' - 'new_contact_id'`,
    contact: `to_jsonb(t) - 'id' - 'created_at'`,
    put_aside: `to_jsonb(t) - 'put_at' - 'execution_id'`,
  };
  const rows = await Promise.all(
    Object.entries(tables).map(([table, row]) =>
      engine.query(`select ${row} as row from ${table} t order by (${row})::text`),
    ),
  );
  return Object.fromEntries(Object.keys(tables).map((table, index) => [table, rows[index]]));
}

/** The pagination keys that were asked for, in order; those that came more than once are what a fault cost (L3). */
export async function askedKeys(engine: ReadOutside): Promise<readonly string[]> {
  const { calls } = await engine.admin.calls('diffTickets');
  return calls.map(({ page }) => page?.paginationKey ?? '');
}

export async function fetchedAgain(engine: ReadOutside): Promise<number> {
  const keys = await askedKeys(engine);
  return keys.length - new Set(keys).size;
}

export async function cursorOf(engine: ReadOutside): Promise<string> {
  const [row] = await engine.query<{ key: string }>('select pagination_key as key from retrieve_cursor');
  return row?.key ?? '';
}

/** Takes tickets away again, as if they had never come: their records are of unknown tickets. */
export async function removeTickets(engine: Engine, first: number): Promise<void> {
  await engine.query('delete from processed where ticket_id >= $1', [first]);
  await engine.query('delete from ticket where id >= $1', [first]);
}

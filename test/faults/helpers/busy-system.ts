import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLUB, HOST } from '../../../local/season';
import type { RunEnd, StartedRun } from '../../../client/runs';
import type { StackWorker } from '../../../local/stack-worker';
import { INTERFACE, startSystem, type System, type SystemOptions } from '../../helpers/e2e-system';
import {
  expectComplete,
  expectDelivered,
  expectMarksEqualAccepted,
  expectNoneUnknown,
  expectNothingDoubled,
  expectSameTicketsPerKey,
  listExecutions,
} from '../../helpers/invariants';

const ORGANIZER = 'euro-example';
/** Of all its interfaces. */
export const MAX_OUTAGE_MINUTES = 1;

/** Two schedules of the host and one of the club, all on one TIXNGO account; together they take all that is due. */
export const SCHEDULES = [`${INTERFACE}/group`, `${INTERFACE}/knock-out`, 'club/all'] as const;

export interface BusyOptions extends SystemOptions {
  readonly parallelCalls: number;
  /** How the configuration refers to the key: `{ env: NAME }` or `{ file: PATH }`, as one line of YAML. */
  readonly apiKey: (folder: string) => string;
  readonly ticketIterationSize: number;
  /** The club's interface, where it has other settings than the host's. */
  readonly club?: InterfaceSettings;
}

interface InterfaceSettings {
  readonly parallelCalls: number;
  readonly ticketIterationSize: number;
}

/** The whole system with two worker processes and several executions at once on one TIXNGO account. */
export interface BusySystem {
  readonly system: System;
  readonly second: StackWorker;
  /** Ids of all tickets that wait for injection. */
  listDue(): Promise<readonly string[]>;
  startAll(): Promise<readonly StartedRun[]>;
  waitAll(runs: readonly StartedRun[]): Promise<readonly RunEnd[]>;
  /** P1, P2, P3, P5 and P7 counted from outside, when every ticket of `due` was delivered in the end. */
  expectAll(due: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export async function startBusySystem(options: BusyOptions): Promise<BusySystem> {
  const system = await startSystem(options);
  try {
    const second = await system.stack.addWorker();
    const file = join(system.folder, 'busy.yaml');
    writeFileSync(file, toConfiguration(system, options));
    const applied = await system.command('apply', file);
    if (applied.code !== 0) throw new Error(`apply ended with ${String(applied.code)}: ${applied.stderr}`);
    return openBusySystem(system, second);
  } catch (error) {
    await system.close();
    throw error;
  }
}

function openBusySystem(system: System, second: StackWorker): BusySystem {
  const startAll = async () => {
    const runs: StartedRun[] = [];
    for (const schedule of SCHEDULES) runs.push(await system.start({ schedule }));
    return runs;
  };
  const waitAll = (runs: readonly StartedRun[]) => Promise.all(runs.map((run) => system.wait(run)));
  return {
    system,
    second,
    startAll,
    waitAll,
    listDue: async () => {
      const { rows } = await system.pool.query<{ id: string }>(
        `select id from ticket where status = 'NOT_PRINTED' and kind = 'TICKET' order by id`,
      );
      return rows.map(({ id }) => id);
    },
    expectAll: async (due) => {
      for (const { id } of await listExecutions(system)) await expectComplete(system, id);
      await expectDelivered(system, due);
      await expectMarksEqualAccepted(system);
      await expectNoneUnknown(system);
      await expectNothingDoubled(system);
      expectSameTicketsPerKey(await system.sandbox.calls());
      const before = await system.sandbox.callSummary();
      for (const end of await waitAll(await startAll())) expect(end).toMatchObject({ completed: true });
      expect((await system.sandbox.callSummary()).calls).toBe(before.calls);
    },
    close: () => system.close(),
  };
}

function toConfiguration(system: System, options: BusyOptions): string {
  const toInterface = (name: string, organization: string, settings: InterfaceSettings) => `
  - name: ${name}
    organization: ${organization}
    organizer: ${ORGANIZER}
    type: TIXNGO
    url: ${system.stack.sandboxUrl}
    apiKey: ${options.apiKey(system.folder)}
    notify: [ops@example.org]
    parameters: |
      parallelCalls=${String(settings.parallelCalls)}
      ticketIterationSize=${String(settings.ticketIterationSize)}
      maxOutageMinutes=${String(MAX_OUTAGE_MINUTES)}`;
  const toSchedule = (name: string, owner: string, filters: string) => `
  - name: ${name}
    interface: ${owner}
    function: inject-tickets
    launch: MANUAL
    pointOfSales: WEB;W1${filters}`;
  return `interfaces:${toInterface(INTERFACE, HOST, options)}${toInterface('club', CLUB, options.club ?? options)}
schedules:${toSchedule('group', INTERFACE, '\n    filters: { product: [EURO-2024-GROUP] }')}${toSchedule(
    'knock-out',
    INTERFACE,
    '\n    filters: { product: [EURO-2024-KNOCKOUT] }',
  )}${toSchedule('all', 'club', '')}
`;
}

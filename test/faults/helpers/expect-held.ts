import {
  type Death,
  expectComplete,
  expectDelivered,
  expectMarksEqualAccepted,
  expectNoneUnknown,
  expectNoPhantom,
  expectNothingDoubled,
  expectOnlyLostRepeated,
  listExecutions,
  readMarked,
} from '../../helpers/invariants';
import type { System } from '../../helpers/e2e-system';
import { lastExecution } from '../../helpers/lost-run';

export interface Expected {
  /** Ids of the tickets that must be in wallets, and no others. */
  readonly due: readonly string[];
  /** Where the stand-in ignores keys: how often calls may have gone out again, in all or for each death. Absent: it honours them, and no ticket is taken in twice. */
  readonly lostCalls?: number | readonly Death[];
  /** Where it ignores keys: tickets that may have been sent by two runs, for a call of the first was lost. */
  readonly again?: readonly string[];
  /** Calls that may have been in flight at once, over all. */
  readonly limit: number;
}

/** What the stand-in counted. */
export interface Counted {
  readonly lost: number;
  readonly doubled: number;
  readonly 'sent twice': number;
  readonly 'in flight at most': number;
}

/** P1 to P6 once all executions are closed and every answer is learnt, counted from outside; gives what was counted for the table. */
export async function expectHeld(system: System, expected: Expected): Promise<Counted> {
  for (const { id } of await listExecutions(system)) await expectComplete(system, id);
  await expectDelivered(system, expected.due);
  await expectMarksEqualAccepted(system);
  await expectNoPhantom(system);
  await expectNoneUnknown(system);
  if (expected.again !== undefined) await expectNoOthersAgain(system, expected.again);
  else if (expected.lostCalls === undefined) await expectNothingDoubled(system);
  else await expectOnlyLostRepeated(system, expected.lostCalls);
  await expectSlotsFree(system);
  const { maxInFlight, tickets } = await system.sandbox.callSummary();
  expect(maxInFlight).toBeLessThanOrEqual(expected.limit);
  // Whatever came again came as it was: it changed no wallet.
  expect(tickets.injectTickets?.changedAgain ?? 0).toBe(0);
  const { count } = await system.sandbox.stateSummary();
  return {
    lost: expected.due.length - count,
    doubled: tickets.injectTickets?.changedAgain ?? 0,
    'sent twice': tickets.injectTickets?.receivedAgain ?? 0,
    'in flight at most': maxInFlight,
  };
}

/** The same when one run, the last, delivered all of it. */
export async function expectHeldInOneRun(system: System, expected: Expected): Promise<Counted> {
  const { id } = await lastExecution(system);
  await expect(expectComplete(system, id)).resolves.toEqual({ DELIVERED: expected.due.length });
  return await expectHeld(system, expected);
}

/** P7: one more run sends no ticket that was delivered; with nothing due it makes no call. */
export async function expectNothingSentAgain(system: System): Promise<void> {
  const marked = new Set(await readMarked(system));
  await system.sandbox.clearCalls();
  await expect(system.wait(await system.start())).resolves.toMatchObject({ completed: true });
  const { calls } = await system.sandbox.calls();
  expect(calls.flatMap(({ ticketIds }) => ticketIds.filter((id) => marked.has(id)))).toEqual([]);
  await expectNoneUnknown(system);
}

async function expectNoOthersAgain({ sandbox }: System, allowed: readonly string[]): Promise<void> {
  const { tickets } = await sandbox.calls();
  const again = Object.entries(tickets).filter(([id, { accepted }]) => accepted > (allowed.includes(id) ? 2 : 1));
  expect(again).toEqual([]);
}

async function expectSlotsFree({ pool }: System): Promise<void> {
  // A slot of a closed run whose call is over is anybody's, and its row names that run until somebody takes it.
  const { rows } = await pool.query(
    'select h.n from (select distinct organizer from call_slot) o, held_call_slots(o.organizer) h',
  );
  expect(rows).toEqual([]);
}

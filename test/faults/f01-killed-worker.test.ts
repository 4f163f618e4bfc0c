import { type System, startSystem } from '../helpers/e2e-system';
import { type Death, noteDeath } from '../helpers/invariants';
import { expectHeld, expectNothingSentAgain } from './helpers/expect-held';
import { tell } from './helpers/fault';
import { holdRecords } from './helpers/hold-records';
import { openLuck, type Luck } from './helpers/luck';

/** SIGKILL at random points, each time in a run of its own, and between TIXNGO's reply and the commit of its record (reliability.md F1). */
const LANES = 4;
const TICKETS_PER_RUN = 600;
const LATENCY_MS = 25;
const DONE_WITHIN_MS = 12_000;

let system: System;
let due: readonly string[];
let luck: Luck;
/** Since the system was started. */
const so: { runs: number; deaths: Death[]; killedAt: number } = { runs: 0, deaths: [], killedAt: 0 };
afterEach(() => system.close());

async function open(name: string, sandboxArgs: readonly string[]): Promise<void> {
  luck = openLuck(name);
  so.runs = 0;
  so.deaths = [];
  system = await startSystem({
    tickets: 3_000,
    batchSize: TICKETS_PER_RUN,
    parallelCalls: LANES,
    sandboxArgs: ['--latency-ms', String(LATENCY_MS), ...sandboxArgs],
  });
  due = await system.listDue();
}

async function countAccepted(): Promise<number> {
  const { tickets } = await system.sandbox.callSummary();
  return tickets.injectTickets?.accepted ?? 0;
}

async function kill({ mayLose }: Pick<Death, 'mayLose'>): Promise<void> {
  await system.stack.killWorker('SIGKILL');
  so.killedAt = Date.now();
  so.deaths.push(await noteDeath(system, mayLose));
}

/** Kills when TIXNGO has accepted a number of tickets that chance decides, of those that are left of this run. */
async function killAtRandom(): Promise<void> {
  const accepted = await countAccepted();
  const left = so.runs * TICKETS_PER_RUN - accepted;
  await system.accepted(accepted + luck.between(0, Math.max(0, left - LANES * 50)));
  await kill({ mayLose: LANES });
}

/** Kills when all calls are answered and nothing of it is on record. `dropped`: it never will be; else Postgres commits it after the death. */
async function killUnrecorded(fate: 'dropped' | 'committed'): Promise<number> {
  await system.accepted((await countAccepted()) + luck.between(1, TICKETS_PER_RUN / 2));
  const held = await holdRecords(system);
  const unrecorded = await held.answered();
  await kill({ mayLose: fate === 'dropped' ? LANES : 0 });
  if (fate === 'dropped') await held.drop();
  await held.release();
  return unrecorded;
}

/** One run in which `kill` strikes as often; the time from the last kill to its end, in ms. */
async function runWith(kills: readonly (() => Promise<unknown>)[]): Promise<number> {
  so.runs += 1;
  const run = await system.start();
  for (const killIt of kills) {
    await killIt();
    await system.stack.restartWorker();
  }
  await expect(system.wait(run)).resolves.toMatchObject({
    completed: true,
    report: { outcome: 'OK', delivered: TICKETS_PER_RUN },
  });
  const tookMs = Date.now() - so.killedAt;
  expect(tookMs).toBeLessThan(DONE_WITHIN_MS);
  return tookMs;
}

async function endAndTell(what: string, tookMs: readonly number[], lostCalls?: readonly Death[]): Promise<void> {
  const counted = await expectHeld(system, {
    due: due.slice(0, so.runs * TICKETS_PER_RUN),
    limit: LANES,
    ...(lostCalls === undefined ? {} : { lostCalls }),
  });
  await expectNothingSentAgain(system);
  tell('F1', `${what}, ${String(so.deaths.length)} times`, {
    'done after s at most': Math.max(...tookMs) / 1000,
    ...counted,
    ...(lostCalls === undefined
      ? {}
      : { 'may be sent twice': lostCalls.reduce((sum, { mayLose }) => sum + mayLose * 50, 0) }),
  });
}

test('killed at random points, also twice in a run: done within 12 s, a kill sends at most one call per lane twice', async () => {
  await open('F1 keys ignored', ['--ignore-idempotency-keys']);
  const tookMs = [
    await runWith([killAtRandom]),
    await runWith([killAtRandom, killAtRandom]),
    await runWith([killAtRandom]),
    await runWith([killAtRandom]),
  ];
  await endAndTell('killed at random points, keys ignored', tookMs, so.deaths);
});

test('killed between reply and commit: what was lost is sent again, what was committed is not', async () => {
  await open('F1 unrecorded', ['--ignore-idempotency-keys']);
  let lost = 0;
  const tookMs = [
    await runWith([async () => (lost += await killUnrecorded('dropped'))]),
    await runWith([() => killUnrecorded('committed')]),
  ];
  const { acceptedAgain } = (await system.sandbox.callSummary()).tickets.injectTickets ?? {};
  // Exactly the answers that were lost; the others were recorded by Postgres after the death of the worker, with no call sent.
  expect(acceptedAgain).toBe(lost);
  expect(lost).toBeGreaterThan(0);
  await endAndTell('killed between reply and commit, keys ignored', tookMs, so.deaths);
});

test('where keys are honoured, neither kill has a ticket taken in twice', async () => {
  await open('F1 keys honoured', []);
  const tookMs = [
    await runWith([killAtRandom]),
    await runWith([() => killUnrecorded(luck.pick(['dropped', 'committed']))]),
  ];
  await endAndTell('killed at random and between reply and commit, keys honoured', tookMs);
});

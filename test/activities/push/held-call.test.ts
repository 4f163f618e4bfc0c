import type { OrganizerPauses } from '../../../activities/world';
import { expectInvariants } from '../../helpers/engine-invariants';
import { type EngineRun, openRun } from '../../helpers/engine-run';
import { addTickets } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';
import { until } from '../../helpers/until';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('held-call');
});
beforeEach(() => engine.reset());
afterAll(() => engine.close());

const whole = { number: 0, firstBatch: 0, lastBatch: 0 };

/** A pause that another lane learns of between two looks of this one: from look `from` on, until `end` or for `forMs`. */
function openPause({ from, forMs }: { readonly from: number; readonly forMs?: number }) {
  let looks = 0;
  let ended = false;
  const pauses: OrganizerPauses = {
    remainingMs: () => {
      looks += 1;
      if (ended || looks < from) return 0;
      if (forMs === undefined) return 20;
      ended = true;
      return forMs;
    },
    pause: () => undefined,
  };
  return {
    pauses,
    end: () => {
      ended = true;
    },
    isHolding: () => Promise.resolve(looks > from),
  };
}

/** A planned run of one batch whose lane meets the pause at its look `from`. The lane looks before each announcement and after it. */
async function beginHeld({ from }: { readonly from: number }) {
  const pause = openPause({ from });
  const run = openRun(engine, { pickWorker: () => ({ ...engine.worker, pauses: pause.pauses }) });
  await run.plan();
  const pushed = run.push(whole);
  await until('the call is held', pause.isHolding);
  return { run, pause, pushed };
}

async function stopInPause({ run, pause, pushed }: Awaited<ReturnType<typeof beginHeld>>) {
  await run.setState('stopping');
  pause.end();
  expect(await pushed).toMatchObject({ stopped: 'ending' });
  return reportOf(run);
}

async function reportOf(run: EngineRun) {
  return (await run.close('operator')).report;
}

const lastOutcomes = () =>
  engine.query(`select distinct outcome, code, attempted_at is null as untried from ticket_outcome`);

describe('a call that was announced when another lane learnt of a pause (F11)', () => {
  test('waits until it is over, then goes out once, under its number', async () => {
    await addTickets(engine.database.pool, 1, 50);
    const { pauses } = openPause({ from: 2, forMs: 300 });
    const run = openRun(engine, { pickWorker: () => ({ ...engine.worker, pauses }) });
    expect(await run.toEnd()).toMatchObject({ outcome: 'OK', delivered: 50 });
    expect((await engine.admin.callSummary()).calls).toBe(1);
    expect(await engine.query(`select number, repeats, answered_at is not null as answered from call`)).toEqual([
      { number: 1, repeats: 0, answered: true },
    ]);
    await expectInvariants(engine);
  });

  test('was not sent: a run that is stopped in the pause leaves its tickets NOT_TRIED, and keeps no claim and no slot', async () => {
    await addTickets(engine.database.pool, 1, 50);
    const held = await beginHeld({ from: 2 });
    expect(await engine.query(`select from call`)).toEqual([]);
    expect(await stopInPause(held)).toMatchObject({ ending: 'operator', unknown: 0, notTried: 50 });
    expect(await lastOutcomes()).toEqual([{ outcome: 'NOT_TRIED', code: 'STOPPED', untried: true }]);
    expect(await engine.query(`select from claim`)).toEqual([]);
    expect(await engine.query(`select from call_slot where execution_id is not null`)).toEqual([]);
    expect((await engine.admin.callSummary()).calls).toBe(0);
    await expectInvariants(engine);
  });

  test('is looked at again: a ticket that is cancelled in the pause is not sent', async () => {
    await addTickets(engine.database.pool, 1, 50);
    const { run, pause, pushed } = await beginHeld({ from: 2 });
    await engine.query(`update ticket set status = 'CANCELLED' where id = 7`);
    pause.end();
    expect(await pushed).toMatchObject({ stopped: 'finished', counts: { delivered: 49, skipped: 1, unknown: 0 } });
    const { tickets } = await engine.admin.calls();
    expect(Object.keys(tickets)).toHaveLength(49);
    expect(tickets['7']).toBeUndefined();
    expect(await reportOf(run)).toMatchObject({ delivered: 49, skipped: 1 });
    await expectInvariants(engine);
  });

  test('of a batch that is being halved: the halves that were answered before it stand, and it is number 3 again', async () => {
    await addTickets(engine.database.pool, 1, 50);
    await engine.admin.addFault({ kind: 'status', status: 422, count: 1 });
    // Looks 1 and 2 are of the whole call, 3 and 4 of its first half.
    const { run, pause, pushed } = await beginHeld({ from: 6 });
    expect(await engine.query(`select number, cardinality(positions) as n from call order by 1`)).toEqual([
      { number: 1, n: 50 },
      { number: 2, n: 25 },
    ]);
    await engine.query(`update ticket set status = 'CANCELLED' where id = 50`);
    pause.end();
    expect(await pushed).toMatchObject({ stopped: 'finished', counts: { delivered: 49, skipped: 1 } });
    expect(await engine.query(`select number, cardinality(positions) as n from call order by 1`)).toEqual([
      { number: 1, n: 50 },
      { number: 2, n: 25 },
      { number: 3, n: 24 },
    ]);
    await reportOf(run);
    await expectInvariants(engine);
  });

  test('and then lost with its worker, is open: the next attempt sends it as if it had never been announced', async () => {
    await addTickets(engine.database.pool, 1, 50);
    const { run, pause, pushed } = await beginHeld({ from: 2 });
    await engine.query(`update ticket set status = 'CANCELLED' where id = 7`);
    // As Temporal does when the heartbeats stay away: another worker gets the range while the first one waits.
    expect(await run.push(whole, { worker: engine.worker })).toMatchObject({ counts: { delivered: 49, skipped: 1 } });
    pause.end();
    await expect(pushed).rejects.toMatchObject({ type: 'SLOT_LOST' });
    expect((await engine.admin.callSummary()).calls).toBe(1);
    await run.close();
    await expectInvariants(engine);
  });
});

describe('a call that was sent before, and is held by a pause when it is announced again', () => {
  test('stays on record as sent: a run that is stopped in the pause leaves its tickets UNKNOWN, and keeps no claim for it', async () => {
    await addTickets(engine.database.pool, 1, 50);
    // Two: on a connection that was used before, the client itself asks once more.
    await engine.admin.addFault({ kind: 'drop', at: 'after', count: 2 });
    const held = await beginHeld({ from: 4 });
    expect(await engine.query(`select repeats, deadline <= now() as over from call`)).toEqual([
      { repeats: 1, over: true },
    ]);
    expect(await stopInPause(held)).toMatchObject({ unknown: 50, notTried: 0 });
    expect(await lastOutcomes()).toEqual([{ outcome: 'UNKNOWN', code: 'ANSWER_LOST', untried: false }]);
    expect(await engine.query(`select from claim`)).toEqual([]);
    await expectInvariants(engine);
  });
});

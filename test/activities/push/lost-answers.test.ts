import { openRun } from '../../helpers/engine-run';
import { expectInvariants, expectNothingSentAgain } from '../../helpers/engine-invariants';
import { addTickets, setParallelCalls } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';
import type { FaultInput } from '../../../sandbox/faults';

const callDeadlineMs = 400;

/** Each of them twice: a connection kept alive that breaks once is tried again unseen. */
const lostAnswers: readonly (readonly [string, FaultInput])[] = [
  ['acts, then says nothing (F13)', { kind: 'silence', at: 'after', count: 2 }],
  ['says nothing before it acts', { kind: 'silence', at: 'before', count: 2 }],
  ['sends headers, then silence (F16)', { kind: 'silence', at: 'headers', count: 2 }],
  ['drips one byte after the other (F16)', { kind: 'answer', how: 'drip', everyMs: 20, count: 2 }],
  ['is slower than the deadline, and acts', { kind: 'latency', minMs: 600, maxMs: 600, count: 2 }],
  ['resets before it acts (F14)', { kind: 'drop', at: 'before', count: 2 }],
  ['resets after it acted (F14)', { kind: 'drop', at: 'after', count: 2 }],
  ['resets in the middle of the answer (F14)', { kind: 'drop', at: 'middle', count: 2 }],
  ['answers half of its JSON (F15)', { kind: 'answer', how: 'truncated', count: 2 }],
  ['answers 200 with nothing (F15)', { kind: 'answer', how: 'empty', count: 2 }],
  ['answers 200 with a web page (F15)', { kind: 'answer', how: 'html', count: 2 }],
  ['answers more than it announced (F15)', { kind: 'answer', how: 'length-too-short', count: 2 }],
  ['answers less than it announced (F15)', { kind: 'answer', how: 'length-too-long', count: 2 }],
  ['answers 503', { kind: 'status', status: 503, count: 2 }],
  ['answers 408', { kind: 'status', status: 408, count: 2 }],
  ['answers 409 without naming a ticket', { kind: 'status', status: 409, count: 2 }],
];

describe('TIXNGO honours keys', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine('lost', { callDeadlineMs });
  });
  beforeEach(() => engine.reset());
  afterAll(() => engine.close());

  test.each(lostAnswers)('it %s: the same key and body again, all delivered, none doubled', async (_what, fault) => {
    await addTickets(engine.database.pool, 1, 150);
    await engine.admin.addFault(fault);
    const report = await openRun(engine).toEnd();
    expect(report).toMatchObject({ outcome: 'OK', delivered: 150 });
    const { calls, tickets } = await engine.admin.calls();
    expect(calls.length).toBeGreaterThan(3);
    // Three bodies, so three keys: every repetition is one of them.
    expect(new Set(calls.map(({ key }) => key)).size).toBe(3);
    expect(Object.values(tickets).filter(({ accepted }) => accepted !== 1)).toEqual([]);
    await expectInvariants(engine);
    await expectNothingSentAgain(engine, () => openRun(engine).toEnd());
  });

  test('a readable answer of another shape stops the run in error, and its tickets are UNKNOWN', async () => {
    await addTickets(engine.database.pool, 1, 200);
    await setParallelCalls(engine.database.pool, { interface: 1, parallelCalls: 1 });
    await engine.admin.addFault({ kind: 'answer', how: 'other-shape', count: 1 });
    const report = await openRun(engine).toEnd();
    expect(report).toMatchObject({ outcome: 'ERROR', ending: 'failed', delivered: 0, unknown: 50, notTried: 150 });
    await expectInvariants(engine);
    expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'OK', planned: 200, delivered: 200 });
    await expectInvariants(engine);
  });

  test.each([
    ['404', { kind: 'status', status: 404, count: 1 }],
    ['a redirect, which is not followed', { kind: 'redirect', location: '/elsewhere', count: 1 }],
  ] as const)('%s stops the run in error', async (_what, fault) => {
    await addTickets(engine.database.pool, 1, 50);
    await engine.admin.addFault(fault);
    expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'ERROR', ending: 'failed', unknown: 50 });
    const summary = await engine.admin.callSummary();
    expect({ calls: summary.calls, unknownPaths: summary.unknownPaths }).toEqual({ calls: 1, unknownPaths: 0 });
  });
});

describe('TIXNGO ignores keys', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine('lost', { callDeadlineMs, sandbox: { ignoreIdempotencyKeys: true } });
  });
  beforeEach(() => engine.reset());
  afterAll(() => engine.close());

  test.each(lostAnswers.filter(([what]) => /acts, then|after it acted|half of its JSON|answers 503/.test(what)))(
    'it %s: each lost answer adds its own tickets once more, nothing else does (P4)',
    async (_what, fault) => {
      await addTickets(engine.database.pool, 1, 150);
      await engine.admin.addFault(fault);
      expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'OK', delivered: 150 });
      await expectInvariants(engine);
      // The same content again changes nothing in the wallet.
      expect((await engine.admin.callSummary()).tickets.injectTickets?.changedAgain).toBe(0);
      expect((await engine.admin.state()).count).toBe(150);
    },
  );
});

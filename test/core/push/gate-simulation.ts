import fc from 'fast-check';
import { quickRetries } from '../../../core/push/gate';
import { maxOutageMs, SimulatedLanes } from './simulated-lanes';
import { simulate } from './simulation';

const lanes = {
  lanes: fc.integer({ min: 1, max: 12 }),
  workers: fc.integer({ min: 1, max: 3 }),
  luck: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 9 }),
};

function drawMs(min: number, max: number): fc.Arbitrary<number[]> {
  return fc.array(fc.integer({ min, max }), { minLength: 1, maxLength: 9 });
}

/** An answer that is none comes at once or after up to 10 s, all of them alike or each in its own time. */
const failing = {
  ...lanes,
  latenciesMs: drawMs(5, 400),
  failingMs: fc.oneof(
    fc.integer({ min: 5, max: 10_000 }).map((ms) => [ms]),
    drawMs(5, 1_000),
    drawMs(5, 10_000),
  ),
  gapsMs: drawMs(0, 1_000),
};

const outage = fc
  .record({ fromMs: fc.integer({ min: 500, max: 3_000 }), forMs: fc.integer({ min: 6_000, max: 120_000 }) })
  .map(({ fromMs, forMs }) => ({ fromMs, untilMs: fromMs + forMs }));

/** What is below a second between the two goes out in one. */
function listTooEarly(at: readonly number[]): number[] {
  return at.filter((ms, index) => index > 0 && ms - (at[index - 1] ?? 0) < 1_000);
}

/**
 * F12: while everything fails, at most one call a second in all from 5 s after it began, and every lane calls again within 15 s after it
 * heals. The lanes are at work when it begins: each has a call under way, or makes its next one within a second.
 */
export const failingApi = simulate(fc.record({ ...failing, outage }), (drawn, met) => {
  const { fromMs, untilMs } = drawn.outage;
  const { begun, endedAt, time } = new SimulatedLanes(drawn, untilMs + 20_000);
  const probes = begun.filter(({ at }) => at >= fromMs + 5_000 && at < untilMs).map(({ at }) => at);
  expect({ tooEarly: listTooEarly(probes), endedAt }).toEqual({ tooEarly: [], endedAt: [] });
  // It is not given up either: lanes look again each second, as soon as one of them has its answer.
  const longestGapMs = 2_500 + Math.max(...drawn.failingMs);
  expect(probes.length).toBeGreaterThanOrEqual(Math.floor((untilMs - fromMs - 5_000) / longestGapMs));
  const back = new Set(begun.filter(({ at }) => at >= untilMs && at < untilMs + 15_000).map(({ lane }) => lane));
  expect(back.size).toBe(drawn.lanes);
  met.calls += begun.length;
  met.faults += 1;
  met.virtualHours += time.now / 3_600_000;
});

const joined = fc.record({
  ...failing,
  outage,
  latecomersAtMs: fc.array(fc.integer({ min: 500, max: 30_000 }), { minLength: 1, maxLength: 6 }),
});

/**
 * What F12 cannot ask for: that a lane which makes its first call while slow ones are under way knows that they will fail. It makes that
 * call and its quick retries; whoever was at work makes none but probes, and from the first answer on that closes the gate all do.
 */
export const joinedOutage = simulate(joined, (drawn, met) => {
  const { fromMs, untilMs } = drawn.outage;
  const { begun, time } = new SimulatedLanes(drawn, untilMs + 20_000);
  const late = begun.filter(({ at }) => at >= fromMs + 5_000 && at < untilMs);
  const joinedAt = new Map(drawn.latecomersAtMs.map((at, index) => [drawn.lanes + index, at]));
  const free = late.filter((call) => call.free);
  expect(free.filter(({ lane }) => (joinedAt.get(lane) ?? 0) <= fromMs + 1_000)).toEqual([]);
  for (const lane of joinedAt.keys()) {
    expect(free.filter((call) => call.lane === lane).length).toBeLessThanOrEqual(1 + quickRetries);
  }
  // Answers of up to 0.8 s have closed it by then for everybody.
  if (Math.max(...drawn.failingMs) <= 800) expect(free).toEqual([]);
  const probes = late.filter((call) => !call.free).map(({ at }) => at);
  expect(listTooEarly(probes)).toEqual([]);
  expect(free.filter(({ at }) => at > (probes[0] ?? Infinity))).toEqual([]);
  met.calls += begun.length;
  met.faults += 1;
  met.virtualHours += time.now / 3_600_000;
});

const striking = fc.record({
  ...failing,
  failingCalls: fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 20 }),
});

/**
 * An answer that fails now and then, however slow, costs each lane at the gate little more than two seconds until a probe is answered: one that is
 * struck itself keeps the others for its own second, and closes the gate again with its answer.
 */
export const occasionalFailures = simulate(striking, (drawn, met) => {
  const { begun, endedAt, stoodMs, time } = new SimulatedLanes(drawn, 60_000);
  const perFailureMs = 2 * 1_100 + Math.max(...drawn.latenciesMs);
  const failures = drawn.failingCalls.filter((number) => number <= begun.length).length;
  expect(Math.max(...stoodMs.values())).toBeLessThanOrEqual(failures * perFailureMs);
  expect(endedAt).toEqual([]);
  met.calls += begun.length;
  met.faults += failures;
  met.virtualHours += time.now / 3_600_000;
});

const askedPause = fc.record({ atMs: fc.nat(20_000), seconds: fc.constantFrom(-7, 0, 1, 2, 5, 30, 4_000_000_000) });
const pausing = fc.record({
  ...lanes,
  latenciesMs: drawMs(100, 2_000),
  pauses: fc.array(askedPause, { maxLength: 4 }).map((list) => [...list].sort((a, b) => a.atMs - b.atMs)),
});

const lastMs = 30_000;

/** F11: no call begins before the time that Retry-After asked for; an absurd one is capped; afterwards every lane calls again. */
export const pausingApi = simulate(pausing, (drawn, met) => {
  const { begun, asked, endedAt, time } = new SimulatedLanes(drawn, lastMs);
  const pauses = asked.map(({ at, forMs }) => ({ at, until: at + Math.min(Math.max(forMs, 0), maxOutageMs) }));
  const inPause = pauses.flatMap(({ at, until }) => begun.filter((call) => call.at > at && call.at < until));
  expect(inPause).toEqual([]);
  const endsAt = Math.max(0, ...pauses.map(({ until }) => until));
  const back = new Set(begun.filter(({ at }) => at >= endsAt).map(({ lane }) => lane));
  if (endsAt < lastMs - 4_000) expect(back.size).toBe(drawn.lanes);
  // An outage ends the run only when it lasted that long.
  expect(endedAt.filter((at) => at < maxOutageMs)).toEqual([]);
  met.calls += begun.length;
  met.faults += asked.length;
  met.virtualHours += time.now / 3_600_000;
});

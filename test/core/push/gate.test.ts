import fc from 'fast-check';
import {
  addFailedTry,
  capRetryAfterMs,
  decideAtGate,
  decideQuickRetry,
  decideUnanswered,
  type FailedTries,
  quickRetries,
  quickRetryPauseMs,
} from '../../../core/push/gate';

const outageMs = 600_000;

describe('a lane at a closed gate', () => {
  test.each([
    ['a refused key', { closedForMs: 0, keyRefused: true }, { kind: 'end', ending: 'failed' }],
    [
      'a refused key while a pause was asked',
      { closedForMs: 9_000, keyRefused: true },
      { kind: 'end', ending: 'failed' },
    ],
    [
      'an outage of maxOutageMinutes',
      { closedForMs: 0, failingForMs: outageMs, keyRefused: false },
      { kind: 'end', ending: 'outage' },
    ],
    [
      'a shorter outage',
      { closedForMs: 0, failingForMs: outageMs - 1, keyRefused: false },
      { kind: 'wait', forMs: 100 },
    ],
    ['a short pause', { closedForMs: 400, keyRefused: false }, { kind: 'wait', forMs: 400 }],
    ['a long pause', { closedForMs: 60_000, keyRefused: false }, { kind: 'wait', forMs: 1_000 }],
  ])('meets %s', (_what, view, expected) => {
    expect(decideAtGate(view, outageMs, 1)).toMatchObject(expected);
  });

  test('looks again within 1 s and never at once, so that the full rate is back 15 s after TIXNGO heals (F12)', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), fc.double({ min: 0, max: 1, noNaN: true }), (closedForMs, luck) => {
        const decision = decideAtGate({ closedForMs, keyRefused: false }, outageMs, luck);
        expect(decision.kind).toBe('wait');
        expect('forMs' in decision && decision.forMs >= 50 && decision.forMs <= 1_000).toBe(true);
      }),
    );
  });
});

describe('a call that failed and is not quickly retried', () => {
  const deadlineMs = 30_000;
  const limitMs = outageMs + 5_000 + deadlineMs;
  const old = { calledForMs: limitMs, deadlineMs };
  const ofAccount = { kind: 'end', reason: 'no valid answer for maxOutageMinutes' };
  const ofCall = (failure: string) => ({
    kind: 'end',
    reason: `no valid answer to one call for maxOutageMinutes (at last ${failure}), whatever it answered to others`,
  });
  test.each([
    ['is made again while it is young', { ...old, calledForMs: limitMs - 1, failure: 'STATUS_500' }, undefined],
    ['ends the run when it is too old, though the account answers', { ...old, failure: 'TIMEOUT' }, ofCall('TIMEOUT')],
    ['also while the account fails again', { ...old, failingForMs: 9, failure: 'STATUS_500' }, ofCall('STATUS_500')],
    [
      'leaves an outage of the account to the account, which has failed for less than the call',
      { calledForMs: outageMs + deadlineMs, failingForMs: outageMs - 1, deadlineMs, failure: 'TIMEOUT' },
      undefined,
    ],
    ['ends the run as the account does', { ...old, failingForMs: outageMs, failure: 'STATUS_409' }, ofAccount],
    [
      'is refused when 409 lasts as long (architecture.md)',
      { ...old, conflictForMs: limitMs, failure: 'STATUS_409' },
      { kind: 'refuse' },
    ],
    [
      'is made again after 409s that are younger, however old the call is: it may be worked on since its last 503',
      { ...old, calledForMs: 9 * limitMs, conflictForMs: limitMs - 1, failure: 'STATUS_409' },
      undefined,
    ],
    ['waits its turn after 429, however old', { ...old, calledForMs: 9 * limitMs, failure: 'STATUS_429' }, undefined],
  ])('%s', (_what, call, expected) => {
    expect(decideUnanswered(call, outageMs)).toEqual(expected);
  });
});

test('quick retries are at most 3, each after 50 to 500 ms', () => {
  expect(quickRetries).toBe(3);
  for (const n of [1, 2, 3]) {
    for (const luck of [0, 0.5, 1]) {
      expect(quickRetryPauseMs(n, luck)).toBeGreaterThanOrEqual(50);
      expect(quickRetryPauseMs(n, luck)).toBeLessThanOrEqual(500);
    }
  }
  expect([1, 2, 3].map((n) => quickRetryPauseMs(n, 1))).toEqual([50, 150, 450]);
});

/** When the tries of a call begin that fails each time, `triesMs` each, in milliseconds since the first. */
function listTries(triesMs: readonly number[], luck: readonly number[]): number[] {
  const began: number[] = [];
  let nowMs = 0;
  let failed: FailedTries | undefined;
  for (const [index, tookMs] of triesMs.entries()) {
    const beganAtMs = nowMs;
    began.push(beganAtMs);
    nowMs += tookMs;
    failed = addFailedTry(failed, { beganAtMs, failedAtMs: nowMs });
    const pauseMs = decideQuickRetry(failed, { nowMs, luck: luck[index] ?? 0 });
    if (pauseMs === undefined) break;
    nowMs += pauseMs;
  }
  return began;
}

describe('a quick retry is made only when it would end within 5 s of the first try, taking as long as the longest so far (F12)', () => {
  test.each([
    ['answers at once', [10, 10, 10, 10], 4],
    ['answers of 0.4 s', [400, 400, 400, 400], 4],
    ['answers of 1.2 s', [1_200, 1_200, 1_200, 1_200], 4],
    ['answers of 2 s', [2_000, 2_000, 2_000], 2],
    ['one of 2 s, then at once', [2_000, 10, 10, 10], 4],
    ['one of 2 s, then one of 1.4 s', [2_000, 1_400, 10, 10], 2],
    ['one that ends on the millisecond', [2_475, 10], 2],
    ['one that is a millisecond longer', [2_476, 10], 1],
    ['a call at its deadline of 30 s', [30_000, 10], 1],
  ])('%s', (_what, triesMs, expected) => {
    expect(listTries(triesMs, [0, 0, 0])).toHaveLength(expected);
  });

  test('whatever tries take, the last of at most 3 begins within 4 s of the first', () => {
    const anyMs = fc.oneof(fc.nat(3_000), fc.nat(30_000));
    fc.assert(
      fc.property(
        fc.array(anyMs, { minLength: 5, maxLength: 5 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
        (triesMs, luck) => {
          const began = listTries(triesMs, luck);
          expect(began.length).toBeLessThanOrEqual(1 + quickRetries);
          expect(began.at(-1)).toBeLessThanOrEqual(4_000);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

test.each([
  [-5, 0],
  [0, 0],
  [2_000, 2_000],
  [outageMs + 1, outageMs],
  [Number.MAX_SAFE_INTEGER, outageMs],
])('Retry-After of %i ms is obeyed as %i: an absurd value is capped at maxOutageMinutes', (asked, obeyed) => {
  expect(capRetryAfterMs(asked, outageMs)).toBe(obeyed);
});

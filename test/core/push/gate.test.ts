import fc from 'fast-check';
import { capRetryAfterMs, decideAtGate, quickRetries, quickRetryPauseMs } from '../../../core/push/gate';

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

test.each([
  [-5, 0],
  [0, 0],
  [2_000, 2_000],
  [outageMs + 1, outageMs],
  [Number.MAX_SAFE_INTEGER, outageMs],
])('Retry-After of %i ms is obeyed as %i: an absurd value is capped at maxOutageMinutes', (asked, obeyed) => {
  expect(capRetryAfterMs(asked, outageMs)).toBe(obeyed);
});

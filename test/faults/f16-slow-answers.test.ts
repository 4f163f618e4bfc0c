import type { FaultInput } from '../../sandbox/faults';
import { TixngoUnavailable } from '../../tixngo/errors';
import { until } from '../helpers/until';
import { type Crowd, LANES, openCrowd, sum } from './helpers/crowd';
import { tell } from './helpers/fault';
import { openLuck } from './helpers/luck';
import type { SeenCall } from './helpers/witness';

const luck = openLuck('f16');
/** 30 s in the worker; scaled down, with the answer still coming byte by byte, one a second. */
const callDeadlineMs = 2_500;
const TICKETS = 1_000;
let crowd: Crowd;
beforeAll(async () => {
  crowd = await openCrowd('f16', openLuck('f16 crowd'), { callDeadlineMs });
});
afterAll(() => crowd.close());

const inSeconds = (ms: number) => Math.round(ms / 10) / 100;

function isPastDeadline({ failure }: SeenCall): boolean {
  return failure instanceof TixngoUnavailable && failure.reason === 'TIMEOUT';
}

/** Calls that began between two moments, per second. */
function rateBetween(from: number, to: number): number {
  return crowd.seen.filter(({ beganAt }) => beganAt >= from && beganAt < to).length / ((to - from) / 1_000);
}

const slow: readonly (readonly [string, FaultInput])[] = [
  ['an answer of one byte a second', { kind: 'answer', how: 'drip', everyMs: 1_000, count: 1 }],
  ['headers, then silence', { kind: 'silence', at: 'headers', count: 1 }],
  ['silence', { kind: 'silence', at: luck.pick(['before', 'after'] as const), count: 1 }],
];

test.each(slow)('%s: ends at the deadline; the other lanes go on', async (what, fault) => {
  await crowd.reset(TICKETS);
  await crowd.engine.admin.addFault({ kind: 'latency', minMs: 30, maxMs: 50 });
  const runs = crowd.runAll();
  const used = luck.between(30, 50);
  await until('the lanes are warm', () => Promise.resolve(crowd.seen.length >= 2 * used));
  const warm = crowd.seen[used]?.beganAt ?? 0;
  const struckFrom = performance.now();
  await crowd.engine.admin.addFault(fault);
  expect(sum(await runs, 'delivered')).toBe(3 * TICKETS);
  const stuck = crowd.seen.filter(isPastDeadline);
  expect(stuck).toHaveLength(1);
  const [{ beganAt, endedAt = Infinity } = { beganAt: 0 }] = stuck;
  expect(endedAt - beganAt).toBeLessThan(1.2 * callDeadlineMs);
  const before = rateBetween(warm, struckFrom);
  const meanwhile = rateBetween(beganAt, beganAt + callDeadlineMs);
  // Three lanes of four, less what this machine's other work takes, more now than before; lanes that waited for the fourth would make no call.
  expect(meanwhile).toBeGreaterThan(before * ((LANES - 1) / LANES) * 0.25);
  await crowd.expectAll();
  tell('F16', what, {
    'deadline s': callDeadlineMs / 1_000,
    'call ended after s': inSeconds(endedAt - beganAt),
    'calls/s of 4 lanes before': Math.round(before),
    'of the other 3 meanwhile': Math.round(meanwhile),
  });
});

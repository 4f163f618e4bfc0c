import { simulations } from '../core/push/simulations';
import { tell } from './helpers/fault';
import { seed } from './helpers/luck';

/** So many times the schedules that `npm test` draws. */
const TIMES = 10;

test.each(simulations)('$rule', ({ what, runs, simulation }) => {
  const { schedules, calls, faults, virtualHours } = simulation({ numRuns: runs * TIMES, seed });
  expect(schedules).toBeGreaterThanOrEqual(runs * TIMES);
  tell('simulation', what, { schedules, calls, faults, 'virtual hours': Math.round(virtualHours) });
});

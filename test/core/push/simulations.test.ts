import { drawSchedules } from './simulation';
import { simulations } from './simulations';

test.each(simulations)('$rule', ({ simulation, runs }) => {
  expect(simulation(drawSchedules(runs)).schedules).toBeGreaterThanOrEqual(runs);
});

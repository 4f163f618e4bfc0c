import fc from 'fast-check';

/** What the schedules of a simulation came to, all together. */
export interface Met {
  schedules: number;
  calls: number;
  faults: number;
  virtualHours: number;
}

/** How many schedules, and the seed that they are drawn from; without one they are others each time. */
export interface Draw {
  readonly numRuns: number;
  readonly seed?: number;
}

/** Draws schedules, holds each against the rule, and tells what was met. Throws with the seed and the smallest schedule that breaks it. */
export type Simulation = (draw: Draw) => Met;

/** `check` runs one schedule, throws when the rule is broken, and adds to what was met. */
export function simulate<Schedule>(
  schedules: fc.Arbitrary<Schedule>,
  check: (schedule: Schedule, met: Met) => void,
): Simulation {
  return (draw) => {
    const met = { schedules: 0, calls: 0, faults: 0, virtualHours: 0 };
    const property = fc.property(schedules, (schedule) => {
      met.schedules += 1;
      check(schedule, met);
    });
    fc.assert(property, draw);
    return met;
  };
}

/** `SIMULATION_SEED=N npx jest test/core/push/simulations` meets the schedules of a failure again: it printed its seed. */
export function drawSchedules(numRuns: number): Draw {
  const seed = process.env.SIMULATION_SEED;
  return { numRuns, ...(seed === undefined ? {} : { seed: Number(seed) }) };
}

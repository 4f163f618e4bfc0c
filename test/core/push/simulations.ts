import { wholePush } from './course-simulation';
import { failingApi, joinedOutage, occasionalFailures, pausingApi } from './gate-simulation';
import { anyRuns, anyVerdicts } from './report-simulation';
import type { Simulation } from './simulation';
import { equalRounds, unevenCalls } from './windows-simulation';

/** A rule that must hold under every schedule, and how many of them `npm test` draws; `npm run test:faults` draws many more. */
export interface Simulated {
  readonly rule: string;
  /** In the words of the table of `npm run test:faults`. */
  readonly what: string;
  readonly runs: number;
  readonly simulation: Simulation;
}

export const simulations: readonly Simulated[] = [
  {
    rule: 'a push in which anything fails and anyone dies: each ticket settled once, told as it is, none lost or doubled, no call beyond the lanes',
    what: 'a whole push: batches, halving, lanes, deaths',
    runs: 500,
    simulation: wholePush,
  },
  {
    rule: 'F12: a failing TIXNGO gets one call a second in all from 5 s on, and every lane is back 15 s after it heals',
    what: 'rate at a failing API',
    runs: 100,
    simulation: failingApi,
  },
  {
    rule: 'F12: whoever joins a slow outage that is not known yet makes one call and its quick retries; nobody else makes any but probes',
    what: 'rate at a failing API that others join',
    runs: 100,
    simulation: joinedOutage,
  },
  {
    rule: 'an answer that fails now and then, however slow, holds no lane up for longer than the next probe takes',
    what: 'failures now and then',
    runs: 100,
    simulation: occasionalFailures,
  },
  {
    rule: 'F11: no call begins in a pause that TIXNGO asked for, and no pause is longer than an outage may last',
    what: 'Retry-After at several workers',
    runs: 200,
    simulation: pausingApi,
  },
  {
    rule: 'windows: equal rounds of ranges take at most one batch a round longer than lanes that are busy to the end',
    what: 'windows, calls of one length',
    runs: 100,
    simulation: equalRounds,
  },
  {
    rule: 'windows: a lane without work waits for no more than the last range of another',
    what: 'windows, calls of any length',
    runs: 100,
    simulation: unevenCalls,
  },
  {
    rule: 'P1: whatever a batch is answered, each of its tickets ends in one way, in a limited number of calls, and the report tells it',
    what: 'the report after any verdicts',
    runs: 1_000,
    simulation: anyVerdicts,
  },
  {
    rule: 'mails over any sequence of runs tell each turn once and nothing twice a day',
    what: 'mails after any runs',
    runs: 1_000,
    simulation: anyRuns,
  },
];

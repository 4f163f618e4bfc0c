import fc from 'fast-check';
import { describeRun, judgeRun, type Tally } from '../../../core/push/report';
import type { TicketOutcome } from '../../../core/push/outcome';
import { anyFault, FaultyApi } from './faulty-api';
import { SimulatedPush } from './simulated-push';
import { simulate } from './simulation';

const schedule = fc.record({
  tickets: fc.integer({ min: 1, max: 120 }),
  batchSize: fc.integer({ min: 1, max: 50 }),
  window: fc.integer({ min: 1, max: 6 }),
  poison: fc.uniqueArray(fc.nat(119), { maxLength: 5 }),
  how: fc.constantFrom('alone' as const, 'named' as const, 'unnamed' as const),
  honoursKeys: fc.boolean(),
  faults: fc.array(anyFault, { maxLength: 30 }),
  latenciesMs: fc.array(fc.integer({ min: 1, max: 29_000 }), { minLength: 1, maxLength: 9 }),
  deathsAtMs: fc.array(fc.nat(60_000), { maxLength: 3 }),
  luck: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 9 }),
});

/** P1 to P6 of a whole push, whatever fails in it and whoever dies: batches, halving, questions asked again, resumption, lanes, report. */
export const wholePush = simulate(schedule, ({ poison, how, honoursKeys, faults, ...rest }, met) => {
  const api = new FaultyApi({ poison: new Set(poison.map((n) => `T${n}`)), how, honoursKeys, faults });
  const push = new SimulatedPush({ ...rest, api });
  push.run();
  met.calls += api.calls;
  met.faults += api.struck + rest.deathsAtMs.length;
  met.virtualHours += push.time.now / 3_600_000;
  expect({
    unsettled: listUnsettled(push, rest.tickets),
    ...listLostAndPhantoms(push, api),
    ...listDoubled(push, api, honoursKeys),
    beyondLimit: Math.max(0, push.mostInFlight - rest.window),
  }).toEqual({
    unsettled: [],
    lost: [],
    phantoms: [],
    wronglyRefused: [],
    doubled: [],
    otherTickets: [],
    leftOpen: [],
    beyondLimit: 0,
  });
  expectToldAsItIs([...push.outcomes.values()], push.ending);
});

/** P1: each planned ticket has one outcome, each but DELIVERED a reason; NOT_TRIED only where the run was ended. */
function listUnsettled(push: SimulatedPush, tickets: number): readonly string[] {
  const planned = [...push.batches.values()].flat();
  expect([planned.length, push.outcomes.size]).toEqual([tickets, tickets]);
  return planned
    .filter(({ position, ticketId }) => {
      const settled = push.outcomes.get(position);
      if (settled?.ticketId !== ticketId) return true;
      if (settled.outcome === 'NOT_TRIED' && push.ending === 'done') return true;
      return (settled.code === undefined) !== (settled.outcome === 'DELIVERED');
    })
    .map(({ ticketId }) => ticketId);
}

/** P2: accepted is a subset of delivered and unknown, delivered a subset of accepted. F18: nobody is refused for another's sake. */
function listLostAndPhantoms(push: SimulatedPush, { accepted, blamed }: FaultyApi) {
  const lost: string[] = [];
  const phantoms: string[] = [];
  const wronglyRefused: string[] = [];
  for (const { ticketId, outcome } of push.outcomes.values()) {
    const isAccepted = accepted.has(ticketId);
    if (outcome === 'REFUSED' && !blamed.has(ticketId)) wronglyRefused.push(ticketId);
    if (outcome === 'DELIVERED' && !isAccepted) phantoms.push(ticketId);
    if (outcome !== 'DELIVERED' && outcome !== 'UNKNOWN' && isAccepted) lost.push(ticketId);
  }
  return { lost, phantoms, wronglyRefused };
}

/** P3, P4: a call carries the same tickets each time, and a ticket is accepted again only where an answer was lost or left it out. */
function listDoubled(push: SimulatedPush, api: FaultyApi, honoursKeys: boolean) {
  const calls = [...push.calls.values()].flat();
  const otherTickets = calls.filter(({ made }) => new Set(made).size !== 1).map(({ batch, number }) => [batch, number]);
  const doubled = [...api.accepted].filter(([id, accepted]) => {
    const lost = honoursKeys ? 0 : (api.lost.get(id) ?? 0);
    return accepted - 1 > lost + (api.omitted.get(id) ?? 0) + (api.unsaid.get(id) ?? 0);
  });
  // A call that was announced goes out under its number until it is answered; only a run that was ended leaves one.
  const leftOpen = push.ending === 'done' ? calls.filter(({ answered }) => !answered) : [];
  return { otherTickets, doubled, leftOpen };
}

/** P1, P5: the counts of the report add up, its colour is right, and its line tells what there is and nothing else. */
export function expectToldAsItIs(outcomes: readonly TicketOutcome[], ending: 'done' | 'outage'): void {
  const tally = tallyOf(outcomes);
  const { planned, delivered, refused, skipped, simulated, unknown, notTried } = tally;
  expect(delivered + refused + skipped + simulated + unknown + notTried).toBe(planned);
  const isGood = refused + unknown + notTried === 0 && ending === 'done';
  expect(judgeRun(tally, ending)).toBe(isGood ? 'OK' : 'ERROR');
  const line = describeRun({ execution: 7, tally, ending, refusals: [{ code: 'CONTENT', count: refused }] });
  expect({
    line,
    refused: /(\d+) tickets? of \d+ refused/.exec(line)?.[1] ?? '0',
    unknown: /(\d+) tickets? sent with the answer lost/.exec(line)?.[1] ?? '0',
    notTried: /(\d+) tickets? not tried/.exec(line)?.[1] ?? '0',
    done: /^(\d+) tickets? done\.$/.exec(line)?.[1],
  }).toEqual({
    line,
    refused: String(refused),
    unknown: String(unknown),
    notTried: String(notTried),
    done: isGood && planned > 0 ? String(delivered + simulated) : undefined,
  });
}

function tallyOf(outcomes: readonly TicketOutcome[]): Tally {
  const counted = (wanted: TicketOutcome['outcome']) => outcomes.filter(({ outcome }) => outcome === wanted).length;
  return {
    planned: outcomes.length,
    delivered: counted('DELIVERED'),
    refused: counted('REFUSED'),
    skipped: counted('SKIPPED'),
    simulated: counted('SIMULATED'),
    unknown: counted('UNKNOWN'),
    notTried: counted('NOT_TRIED'),
    standingRefused: 0,
    unknownForced: 0,
  };
}

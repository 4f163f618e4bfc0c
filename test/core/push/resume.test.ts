import fc from 'fast-check';
import type { Part } from '../../../core/push/narrow';
import type { PlannedTicket } from '../../../core/push/outcome';
import { type PastCall, resume } from '../../../core/push/resume';
import { judge } from '../../../core/push/verdict';
import { planTickets } from './plan';
import { type AnswerTo, poisonedApi } from './simulated-api';

const positions = (part: Part) => part.tickets.map(({ position }) => position);
const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe('where a batch stands is found out from its calls on record', () => {
  const all = planTickets(8);
  const open = (...at: readonly number[]) => all.filter(({ position }) => at.includes(position));

  test('without a call all open tickets are one part', () => {
    const left = resume(open(0, 3, 5), []);
    expect(left.repeat).toEqual([]);
    expect(left.fresh.map(positions)).toEqual([[0, 3, 5]]);
    expect(left.nextNumber).toBe(1);
  });

  test('an unanswered call is repeated under its number with exactly its tickets', () => {
    const left = resume(all, [
      { number: 1, positions: range(0, 4), answered: false, refusedWhole: false, repeated: false },
    ]);
    expect(left.repeat.map(({ number, part }) => [number, positions(part)])).toEqual([[1, range(0, 4)]]);
    expect(left.fresh.map(positions)).toEqual([range(5, 7)]);
    expect(left.nextNumber).toBe(2);
  });

  test('a call that was refused whole goes on in halves', () => {
    const left = resume(all, [
      { number: 1, positions: range(0, 7), answered: true, refusedWhole: true, repeated: false },
    ]);
    expect(left.fresh.map(positions)).toEqual([range(0, 3), range(4, 7)]);
  });

  test('a whole refusal that named tickets goes on with the others in one part', () => {
    const left = resume(open(2, 6), [
      { number: 1, positions: range(0, 7), answered: true, refusedWhole: true, repeated: false },
    ]);
    expect(left.fresh.map(positions)).toEqual([[2, 6]]);
    expect(left.again).toEqual([]);
  });

  test.each([[[2, 6]], [range(0, 7)]])('what an answer left out, %j, is asked for again', (at) => {
    const left = resume(open(...at), [
      { number: 1, positions: range(0, 7), answered: true, refusedWhole: false, repeated: false },
    ]);
    expect(left.again).toEqual([{ tickets: open(...at), askedAgain: true }]);
    expect([left.repeat, left.fresh]).toEqual([[], []]);
  });

  test('what an answer left out and the repetition refused whole goes on in halves, and is still asked for again', () => {
    const calls = [
      { number: 1, positions: range(0, 7), answered: true, refusedWhole: false, repeated: false },
      { number: 2, positions: [2, 6], answered: true, refusedWhole: true, repeated: false },
    ];
    const left = resume(open(2, 6), calls);
    expect(left.again).toEqual([open(2), open(6)].map((tickets) => ({ tickets, askedAgain: true })));
    expect([left.repeat, left.fresh]).toEqual([[], []]);
  });

  test('what was refused whole only when it was repeated goes on in halves, and is asked for whatever its state is now: TIXNGO may have it', () => {
    const first = { number: 1, positions: range(0, 7), answered: true, refusedWhole: true, repeated: true };
    const left = resume(all, [first]);
    // Nobody was asked again yet: a half whose answer leaves a ticket out has its question still to come.
    const halves = [all.slice(0, 4), all.slice(4)].map((tickets) => ({ tickets, askedAgain: false }));
    expect([left.repeat, left.again, left.fresh]).toEqual([[], halves, []]);
    const half = { number: 2, positions: range(0, 3), answered: true, refusedWhole: true, repeated: false };
    const later = resume(all, [first, half]);
    expect(later.again.map(positions)).toEqual([[0, 1], [2, 3], range(4, 7)]);
    expect(later.fresh).toEqual([]);
  });

  test('of a repetition that was refused whole, what a half left out is asked for once more and then no more', () => {
    const calls = [
      { number: 1, positions: range(0, 7), answered: true, refusedWhole: true, repeated: true },
      { number: 2, positions: range(0, 3), answered: true, refusedWhole: false, repeated: false },
    ];
    const left = resume(open(2, 4, 5, 6, 7), calls);
    expect(left.again).toEqual([
      { tickets: open(2), askedAgain: true },
      { tickets: all.slice(4), askedAgain: false },
    ]);
    expect(left.fresh).toEqual([]);
  });

  test('a half on the way: its other half is kept as it is, its own answer counts first', () => {
    const calls = [
      { number: 1, positions: range(0, 7), answered: true, refusedWhole: true, repeated: false },
      { number: 2, positions: range(0, 3), answered: true, refusedWhole: true, repeated: false },
      { number: 3, positions: range(0, 1), answered: false, refusedWhole: false, repeated: false },
    ];
    const left = resume(all, calls);
    expect(left.repeat.map(({ number, part }) => [number, positions(part)])).toEqual([[3, [0, 1]]]);
    expect(left.fresh.map(positions)).toEqual([[2, 3], range(4, 7)]);
    expect(left.nextNumber).toBe(4);
  });

  test('a call without an answer keeps its tickets, whatever later calls say of them', () => {
    const calls = [
      { number: 1, positions: range(0, 3), answered: false, refusedWhole: false, repeated: false },
      { number: 2, positions: range(2, 7), answered: true, refusedWhole: true, repeated: false },
    ];
    const left = resume(all, calls);
    expect(left.repeat.map(({ number, part }) => [number, positions(part)])).toEqual([[1, range(0, 3)]]);
    expect(left.fresh.map(positions)).toEqual([range(4, 7)]);
  });

  test('a batch that is settled has nothing left', () => {
    expect(
      resume([], [{ number: 1, positions: range(0, 7), answered: true, refusedWhole: false, repeated: false }]),
    ).toEqual({
      repeat: [],
      again: [],
      fresh: [],
      nextNumber: 2,
    });
  });
});

/** A batch at an API, whose worker dies at the moments of `deaths`: after how many steps, and whether the answer got on record. */
interface Story {
  readonly count: number;
  readonly poison: readonly number[];
  readonly deaths: readonly { readonly afterCalls: number; readonly recorded: boolean }[];
}

const story: fc.Arbitrary<Story> = fc.record({
  count: fc.integer({ min: 1, max: 50 }),
  poison: fc.uniqueArray(fc.nat(49), { maxLength: 6 }),
  deaths: fc.array(fc.record({ afterCalls: fc.integer({ min: 1, max: 9 }), recorded: fc.boolean() }), { maxLength: 6 }),
});

type MutableCall = { -readonly [Field in keyof PastCall]: PastCall[Field] };

interface Work {
  readonly settled: Map<number, string>;
  readonly calls: Map<number, Omit<MutableCall, 'number' | 'repeated'> & { made: (readonly string[])[] }>;
}

/** One attempt: goes on where the records say, until it dies or all is settled. */
function attempt(
  tickets: readonly PlannedTicket[],
  work: Work,
  { answer, death }: { answer: AnswerTo; death: Story['deaths'][number] | undefined },
) {
  const open = tickets.filter(({ position }) => !work.settled.has(position));
  const past: PastCall[] = [...work.calls].map(([number, call]) => ({
    number,
    ...call,
    repeated: call.made.length > 1,
  }));
  const left = resume(open, past);
  let { nextNumber } = left;
  const unnumbered = [...left.again, ...left.fresh].map((part) => ({ part }));
  const queue: { number?: number; part: Part }[] = [...left.repeat, ...unnumbered];
  let made = 0;
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const number = next.number ?? nextNumber++;
    const ids = next.part.tickets.map(({ ticketId }) => ticketId);
    const call = work.calls.get(number) ?? {
      positions: positions(next.part),
      answered: false,
      refusedWhole: false,
      made: [],
    };
    work.calls.set(number, call);
    call.made.push(ids);
    made += 1;
    const dies = death !== undefined && made >= death.afterCalls;
    if (dies && !death.recorded) return;
    const verdict = judge(next.part, answer(ids));
    call.answered = true;
    call.refusedWhole = verdict.refusedWhole;
    for (const outcome of verdict.outcomes) work.settled.set(outcome.position, outcome.outcome);
    if (dies) return;
    queue.unshift(...verdict.again.map((part) => ({ part })));
  }
}

test.each([
  ['named', true],
  ['not named', false],
])('whenever attempts die, the next one comes to the same end (bad tickets %s)', (_what, naming) => {
  fc.assert(
    fc.property(story, ({ count, poison, deaths }) => {
      const tickets = planTickets(count);
      const bad = new Set(poison.map((n) => `T${String(n)}`));
      const answer = poisonedApi(bad, naming);
      const work: Work = { settled: new Map(), calls: new Map() };
      for (const death of [...deaths, undefined]) attempt(tickets, work, { answer, death });
      expect([...work.settled].sort(([a], [b]) => a - b)).toEqual(
        tickets.map(({ position, ticketId }) => [position, bad.has(ticketId) ? 'REFUSED' : 'DELIVERED']),
      );
      // A repeated call carries the same tickets each time; nobody's call is made more often than attempts died, plus one.
      for (const { made } of work.calls.values()) {
        expect(new Set(made.map((ids) => ids.join()))).toHaveProperty('size', 1);
        expect(made.length).toBeLessThanOrEqual(deaths.length + 1);
      }
    }),
    { numRuns: 300 },
  );
});

test('every open ticket is in exactly one part, whatever the records say', () => {
  const call = fc.record({
    number: fc.integer({ min: 1, max: 12 }),
    positions: fc.uniqueArray(fc.nat(49), { minLength: 1 }),
    answered: fc.boolean(),
    refusedWhole: fc.boolean(),
    repeated: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(49)), fc.uniqueArray(call, { selector: ({ number }) => number }), (at, calls) => {
      const open = planTickets(50).filter(({ position }) => at.includes(position));
      const { repeat, again, fresh, nextNumber } = resume(open, calls);
      const placed = [...repeat.map(({ part }) => part), ...again, ...fresh].flatMap(positions);
      expect(placed.sort((a, b) => a - b)).toEqual(open.map(({ position }) => position));
      expect(calls.every(({ number }) => number < nextNumber)).toBe(true);
    }),
  );
});

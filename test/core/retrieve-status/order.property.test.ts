import fc from 'fast-check';
import type { PageCounts } from '../../../core/retrieve-status/page-state';
import { mobileStatuses } from '../../../core/retrieve-status/wallet-record';
import { type GivenTicket, World } from './wallet-world';
import { record } from './records';

const tickets = [
  { id: '1', contact: '101' },
  { id: '2', contact: '102' },
  { id: '3' },
  { id: '4', contact: '101', status: 'NOT_PRINTED', injected: false },
  { id: '5', contact: '101', distributes: false },
  { id: '6', contact: '101', skipped: true },
];
const contacts = [
  { id: '101', email: 'Anna@x.example', account: true },
  { id: '102', email: 'bob@x.example' },
  { id: '103', email: 'bob@x.example', kind: 'RELAY' as const, account: true },
  { id: '104', email: 'cleo@x.example', temporary: true, createdAt: '2025-02-01T00:00:00Z' },
  { id: '105', email: 'cleo@x.example', temporary: true },
];
const names = ['anna', 'bob', 'cleo', 'dan', 'eva', 'fred'];
const email = fc
  .tuple(fc.constantFrom(...names), fc.boolean())
  .map(([name, loud]) => `${loud ? name.toUpperCase() : name}@x.example`);

const status = fc.oneof(
  { weight: 4, arbitrary: fc.constant('PENDING_TRANSFER' as const) },
  { weight: 4, arbitrary: fc.constant('TRANSFERRED' as const) },
  { weight: 3, arbitrary: fc.constantFrom('FAILURE' as const, 'FAILURE_TRANSFER' as const) },
  { weight: 2, arbitrary: fc.constantFrom(...mobileStatuses) },
);
const owner = fc.record(
  {
    email,
    firstName: fc.constantFrom('Ada', 'Grace', 'Mary', 'Pending'),
    lastName: fc.constantFrom('Lovelace', 'Hopper', 'CREATION'),
    title: fc.constantFrom('Ms', 'Dr'),
  },
  { requiredKeys: [] },
);
const change = fc.record(
  { ticket: fc.constantFrom('1', '1', '1', '2', '2', '3', '4', '5', '6', '7'), status, from: email, to: email, owner },
  { requiredKeys: ['ticket', 'status'] },
);
/** One in five cannot be applied: its status is none. */
const isWhole = fc.constantFrom(true, true, true, true, false);

/** Sizes of pages, over and over again. */
const sizes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 8 });

/** A set of changes, each with a number of its own, and a way in which they come: order, repetition, pages. */
const course = fc
  .array(fc.tuple(change, isWhole), { minLength: 1, maxLength: 14 })
  .map((changes) =>
    changes.map(([given, whole], index) => ({
      ...record({ ...given, change: index * 3 + 1 }),
      ...(whole ? {} : { status: 'NEW_ONE' }),
    })),
  )
  .chain((records) =>
    fc.record({
      records: fc.constant(records),
      arrival: fc
        .tuple(fc.shuffledSubarray(records, { minLength: records.length }), fc.array(fc.constantFrom(...records)))
        .chain(([all, repeated]) =>
          fc.shuffledSubarray([...all, ...repeated], { minLength: all.length + repeated.length }),
        ),
      cuts: sizes,
      otherCuts: sizes,
    }),
  );

test('any order, repetition and cut into pages ends as each change once and in order does', () => {
  fc.assert(
    fc.property(course, ({ records, arrival, cuts }) => {
      const inOrder = new World({ tickets, contacts });
      for (const one of records) inOrder.apply(one);
      const asItCame = new World({ tickets, contacts });
      applyInPages(asItCame, arrival, cuts);
      expect(asItCame.snapshot()).toEqual(inOrder.snapshot());
    }),
    { numRuns: 1_000 },
  );
});

test('what came while distribution was off ends as if it had been on, once its records are told again', () => {
  fc.assert(
    fc.property(course, fc.nat(14), fc.nat(14), ({ records, arrival, cuts, otherCuts }, off, on) => {
      const always = new World({ tickets, contacts });
      for (const one of records) always.apply(one);
      const switched = new World({ tickets, contacts });
      applyInPages(switched, records.slice(0, off), cuts);
      const distributing = [...switched.tickets.values()].filter(({ distributes }) => distributes);
      for (const ticket of distributing) ticket.distributes = false;
      applyInPages(switched, records.slice(off, off + on), cuts);
      for (const ticket of distributing) ticket.distributes = true;
      applyInPages(switched, arrival, otherCuts);
      expect(switched.snapshot()).toEqual(always.snapshot());
    }),
    { numRuns: 1_000 },
  );
});

/** Which tickets are skipped from here on. */
const skips = fc.subarray(tickets.map(({ id }) => id));

test('tickets that are skipped for a while end as if they never had been, once their records are kept and applied', () => {
  const unskipped = tickets.map((ticket): GivenTicket => ({ ...ticket, skipped: false }));
  fc.assert(
    fc.property(course, fc.array(fc.tuple(skips, fc.nat(8)), { maxLength: 6 }), ({ records, arrival, cuts }, runs) => {
      const never = new World({ tickets: unskipped, contacts });
      for (const one of records) never.apply(one);
      const now = new World({ tickets: unskipped, contacts });
      let from = 0;
      for (const [skipped, length] of runs) {
        for (const ticket of now.tickets.values()) ticket.skipped = skipped.includes(ticket.id);
        now.applyKept();
        applyInPages(now, arrival.slice(from, from + length), cuts);
        from += length;
      }
      applyInPages(now, arrival.slice(from), cuts);
      for (const ticket of now.tickets.values()) ticket.skipped = false;
      now.applyKept();
      expect(now.snapshot()).toEqual(never.snapshot());
    }),
    { numRuns: 1_000 },
  );
});

test('all of it again changes nothing and writes nothing', () => {
  fc.assert(
    fc.property(course, ({ records, arrival, cuts }) => {
      const world = new World({ tickets, contacts });
      applyInPages(world, arrival, cuts);
      const before = world.snapshot();
      const { counts, ...effects } = world.apply(...records);
      expect(world.snapshot()).toEqual(before);
      expect(Object.values(effects).flat()).toEqual([]);
      expect(counts.repeated + counts.skipped + counts.putAsideBefore).toBe(counts.records);
    }),
    { numRuns: 300 },
  );
});

test('every record is counted once, and the counts do not depend on the cut into pages', () => {
  fc.assert(
    fc.property(course, ({ arrival, cuts, otherCuts }) => {
      const world = new World({ tickets, contacts });
      const counts = addCounts(applyInPages(world, arrival, cuts));
      const { records, applied, older, repeated, skipped, putAside, putAsideBefore } = counts;
      expect(records).toBe(arrival.length);
      expect(applied + older + repeated + skipped + putAside + putAsideBefore).toBe(records);
      expect(applied + older).toBe([...world.tickets.values()].reduce((sum, { history }) => sum + history.size, 0));
      expect(putAside).toBe([...world.putAside.values()].filter((reason) => reason !== 'SKIPPED').length);
      expect(addCounts(applyInPages(new World({ tickets, contacts }), arrival, otherCuts))).toEqual(counts);
    }),
    { numRuns: 300 },
  );
});

function applyInPages(world: World, arrival: readonly object[], cuts: readonly number[]): readonly PageCounts[] {
  const counts: PageCounts[] = [];
  let from = 0;
  while (from < arrival.length) {
    const size = cuts[counts.length % cuts.length] ?? 1;
    counts.push(world.apply(...arrival.slice(from, from + size)).counts);
    from += size;
  }
  return counts;
}

/** Adds the counts of pages. */
function addCounts(pages: readonly PageCounts[]): PageCounts {
  const sum = { records: 0, applied: 0, older: 0, repeated: 0, skipped: 0, putAside: 0, putAsideBefore: 0, seen: 0 };
  for (const counts of pages) {
    sum.records += counts.records;
    sum.applied += counts.applied;
    sum.older += counts.older;
    sum.repeated += counts.repeated;
    sum.skipped += counts.skipped;
    sum.putAside += counts.putAside;
    sum.putAsideBefore += counts.putAsideBefore;
    sum.seen += counts.seen;
  }
  return sum;
}

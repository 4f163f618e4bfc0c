import fc from 'fast-check';
import { halve } from '../../../core/push/narrow';
import { planTickets, toPart } from './plan';
import { poisonedApi, work } from './simulated-api';

const poisonOf50 = fc.uniqueArray(fc.nat(49), { minLength: 1, maxLength: 50 });

function workWithPoison(positions: readonly number[], naming: boolean) {
  const poison = new Set(positions.map((n) => `T${String(n)}`));
  const { outcomes, calls } = work(toPart(planTickets(50)), poisonedApi(poison, naming));
  const refused = outcomes.filter(({ outcome }) => outcome === 'REFUSED').map(({ ticketId }) => ticketId);
  const delivered = outcomes.filter(({ outcome }) => outcome === 'DELIVERED').map(({ ticketId }) => ticketId);
  return { poison, refused: new Set(refused), delivered, calls, settled: outcomes.length };
}

describe('a call refused whole is narrowed down (F18)', () => {
  test.each(Array.from({ length: 50 }, (_, i) => [i]))(
    'one bad ticket at position %i stands alone after 13 calls at most',
    (at) => {
      const { refused, delivered, calls } = workWithPoison([at], false);
      expect(refused).toEqual(new Set([`T${String(at)}`]));
      expect(delivered).toHaveLength(49);
      expect(calls).toBeLessThanOrEqual(13);
    },
  );

  test('k bad tickets that are not named: 50 - k delivered, k refused, at most 13 k calls', () => {
    fc.assert(
      fc.property(poisonOf50, (positions) => {
        const { poison, refused, delivered, calls, settled } = workWithPoison(positions, false);
        expect(refused).toEqual(poison);
        expect(delivered).toHaveLength(50 - positions.length);
        expect(settled).toBe(50);
        expect(calls).toBeLessThanOrEqual(13 * positions.length);
      }),
    );
  });

  test('k bad tickets that are named: two calls', () => {
    fc.assert(
      fc.property(poisonOf50, (positions) => {
        const { poison, refused, delivered, calls } = workWithPoison(positions, true);
        expect(refused).toEqual(poison);
        expect(delivered).toHaveLength(50 - positions.length);
        expect(calls).toBe(positions.length === 50 ? 1 : 2);
      }),
    );
  });
});

test('halves keep the order, lose nobody and are never empty', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 50 }), fc.boolean(), (count, askedAgain) => {
      const tickets = planTickets(count);
      const [first, second] = halve({ tickets, askedAgain });
      expect([...first.tickets, ...second.tickets]).toEqual(tickets);
      expect(first.tickets.length - second.tickets.length).toBe(count % 2);
      expect([first.askedAgain, second.askedAgain]).toEqual([askedAgain, askedAgain]);
    }),
  );
});

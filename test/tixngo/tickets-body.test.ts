import * as fc from 'fast-check';
import { toTicketsBody } from '../../tixngo/tickets-body';

test('a body is the JSON of its tickets, in order, in whatever script', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue({ stringUnit: 'binary' }), { minLength: 1, maxLength: 60 }), (tickets) => {
      const body = toTicketsBody(tickets.map((ticket) => JSON.stringify(ticket)));
      expect(body.toString()).toBe(JSON.stringify({ tickets }));
      expect(body.equals(Buffer.from(body.toString()))).toBe(true);
    }),
  );
});

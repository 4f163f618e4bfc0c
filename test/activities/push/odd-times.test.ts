import { expectInvariants } from '../../helpers/engine-invariants';
import { openRun } from '../../helpers/engine-run';
import { addTickets } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('odd-times');
});
beforeEach(() => engine.reset());
afterAll(() => engine.close());

test.each(['infinity', '0044-03-15 BC', '294000-01-01'])(
  'a ticket sold at %s, which no call can say, is refused by its field and keeps no other from going out',
  async (soldAt) => {
    await addTickets(engine.database.pool, 1, 60);
    await engine.query('update ticket set sold_at = $1 where id = 60', [soldAt]);
    expect(await openRun(engine).toEnd()).toMatchObject({ delivered: 59, refused: 1 });
    expect(await engine.query(`select ticket_id, field from execution_ticket where outcome = 'REFUSED'`)).toEqual([
      { ticket_id: '60', field: 'purchaseDetails.purchaseDate' },
    ]);
    await expectInvariants(engine);
  },
);

test('a match that begins at infinity keeps its own tickets only', async () => {
  await addTickets(engine.database.pool, 1, 3);
  await engine.query(`update performance set starts_at = 'infinity' where id = 1`);
  expect(await openRun(engine).toEnd()).toMatchObject({ delivered: 0, refused: 3 });
});

import { openSlotExchange } from '../../../activities/push/slot-exchange';
import { expectInvariants } from '../../helpers/engine-invariants';
import { openRun } from '../../helpers/engine-run';
import { addTickets, setParallelCalls } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';
import { callUnderWay } from '../../helpers/until';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('handed-over');
});
beforeEach(() => engine.reset());
afterAll(() => engine.close());

const range = (firstBatch: number, lastBatch: number) => ({ number: firstBatch, firstBatch, lastBatch });
const never = new Promise<void>(() => undefined);

test('a range that found no slot follows the lane that ends, without looking again by itself', async () => {
  await addTickets(engine.database.pool, 1, 300);
  await setParallelCalls(engine.database.pool, { interface: 1, parallelCalls: 1 });
  await engine.admin.addFault({ kind: 'latency', minMs: 300, maxMs: 300 });
  const exchange = openSlotExchange();
  const join = (organizer: string) => {
    const turn = exchange.join(organizer);
    return { ...turn, next: () => turn.next(never) };
  };
  const slots = { ...exchange, join };
  const worker = { ...engine.worker, slots };
  const run = openRun(engine);
  await run.plan();
  const first = run.push(range(0, 1), { worker });
  await callUnderWay(engine.admin);
  const others = [run.push(range(2, 3), { worker }), run.push(range(4, 5), { worker })];
  for (const end of await Promise.all([first, ...others])) {
    expect(end).toMatchObject({ stopped: 'finished', counts: { delivered: 100 } });
  }
  await run.close();
  await expectInvariants(engine);
});

import type { FaultInput } from '../../sandbox/faults';
import { type Engine, openEngine } from '../helpers/engine-world';
import { cursorOf, fetchedAgain, openReading, seedReading } from '../helpers/reading';
import { tell } from './helpers/fault';
import { openLuck } from './helpers/luck';
import { expectAtCursor, expectReadAndStill, keepBeforeReading } from './helpers/wallet';

/** Each fault of the diff, at a place and as often as chance decides; L1 to L4 hold after it (reliability.md F21 to F24). */
let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('faults-diff');
});
afterEach(() => engine.reset());
afterAll(() => engine.close());

const page = (how: 'key-stuck' | 'key-back' | 'key-empty' | 'endless' | 'repeated' | 'reversed' | 'late') =>
  ({ kind: 'page', how }) as const;
/** The true record is told, too: what is put aside may then take nothing away. */
const records = (
  how:
    | 'unknown-status'
    | 'missing-field'
    | 'wrong-type'
    | 'extra-field'
    | 'huge-details'
    | 'birth-date'
    | 'email'
    | 'unknown-ticket'
    | 'odd-ticket'
    | 'odd-characters',
) => ({ kind: 'records', how, place: 'beside' }) as const;

type Strike = Extract<FaultInput, { readonly kind: 'page' | 'records' | 'expired-key' }>;

const faults: readonly (readonly [string, string, Strike])[] = [
  ...(['key-stuck', 'key-back', 'key-empty', 'endless'] as const).map((how) => ['F21', how, page(how)] as const),
  ['F21', 'repeated', page('repeated')],
  ...(['reversed', 'late'] as const).map((how) => ['F22', how, page(how)] as const),
  ...(['unknown-status', 'missing-field', 'wrong-type', 'extra-field', 'huge-details'] as const).map(
    (how) => ['F23', how, records(how)] as const,
  ),
  ...(['birth-date', 'email', 'unknown-ticket', 'odd-ticket', 'odd-characters'] as const).map(
    (how) => ['F23', how, records(how)] as const,
  ),
  ...([400, 410] as const).map((status) => ['F24', status.toString(), { kind: 'expired-key', status }] as const),
];

test.each(faults)('%s %s', async (fault, how, strike) => {
  const luck = openLuck(`${fault} ${how}`);
  const tickets = luck.between(20, 60);
  const count = tickets * luck.between(6, 12);
  const split = luck.between(10, 40);
  await seedReading(engine, { tickets, records: count, split, batchSize: luck.between(1, Math.floor(count / 2)) });
  const putBack = await keepBeforeReading(engine.url);
  const read = () => openReading(engine).toEnd();
  await read();
  await expectAtCursor(engine);
  await engine.query('update schedule set batch_size = null');
  await engine.admin.clearCalls();

  const calls = luck.pick([1, 2, 'every'] as const);
  const most = strike.kind === 'records' ? { most: luck.between(1, 9) } : {};
  await engine.admin.addFault({
    operation: 'diffTickets',
    ...strike,
    ...most,
    ...(calls === 'every' ? {} : { count: calls }),
  });
  const struck = await read();
  // These pages are told with a key that leads nowhere: they are applied, and told again.
  await expectAtCursor(engine, how.startsWith('key-') ? 'more' : undefined);
  await engine.admin.clearFaults();
  await expect(read()).resolves.toMatchObject({ ending: 'done' });
  const again = await fetchedAgain(engine);
  const left = await expectReadAndStill(engine, engine.url, read);
  await putBack();
  await read();
  const undisturbed = await expectReadAndStill(engine, engine.url, read);
  expect({ ...left, putAside: 0 }).toEqual({ ...undisturbed, putAside: 0 });
  tell(fault, `${how}, calls struck: ${calls.toString()}`, {
    'run ended': struck.outcome,
    'records a page': split,
    'changes on record': left.history,
    'put aside': left.putAside,
    'pages fetched again': again,
  });
});

test('F23 20 records and more than 5 % of a page: the cursor stays, and the next run reads all', async () => {
  const luck = openLuck('F23 broken');
  const split = luck.between(100, 200);
  await seedReading(engine, { tickets: 60, records: 600, split, batchSize: luck.between(1, 300) });
  await openReading(engine).toEnd();
  await engine.query('update schedule set batch_size = null');
  const cursor = await cursorOf(engine);
  const most = luck.between(20, 100);
  const how = luck.pick(['missing-field', 'wrong-type', 'huge-details'] as const);
  await engine.admin.addFault({ operation: 'diffTickets', ...records(how), most });
  await expect(openReading(engine).toEnd()).resolves.toMatchObject({ outcome: 'ERROR', ending: 'failed', records: 0 });
  expect(await cursorOf(engine)).toBe(cursor);
  await engine.admin.clearFaults();
  await openReading(engine).toEnd();
  const left = await expectReadAndStill(engine, engine.url, () => openReading(engine).toEnd());
  expect(left.putAside).toBe(0);
  tell('F23', `${how}, contract broken`, { 'records a page': split, spoilt: most, 'changes on record': left.history });
});

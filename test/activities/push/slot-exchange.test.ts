import { openSlotExchange } from '../../../activities/push/slot-exchange';

const never = new Promise<void>(() => undefined);

/** Who went on, in order. */
function openCourse() {
  const exchange = openSlotExchange();
  const wentOn: string[] = [];
  const wait = (name: string, { organizer = 'club', timeout = never } = {}) => {
    const turn = exchange.join(organizer);
    return { turn, next: turn.next(timeout).then(() => wentOn.push(name)) };
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { exchange, wentOn, wait, settle };
}

test('a lane that ends lets one range go on, the one that waited longest for the same account', async () => {
  const { exchange, wentOn, wait, settle } = openCourse();
  const [first, second] = [exchange.begin('club', 1), exchange.begin('club', 1)];
  wait('other account', { organizer: 'museum' });
  const a = wait('a');
  wait('b');
  first();
  await settle();
  expect(wentOn).toEqual(['a']);
  a.turn.leave();
  second();
  await settle();
  expect(wentOn).toEqual(['a', 'b']);
});

test('two lanes that end at once let two ranges go on', async () => {
  const { exchange, wentOn, wait, settle } = openCourse();
  const ends = [exchange.begin('club', 1), exchange.begin('club', 1)];
  wait('a');
  wait('b');
  wait('c');
  for (const end of ends) end();
  await settle();
  expect(wentOn).toEqual(['a', 'b']);
});

test('a lane that ends while a range asks for a slot lets it look again at once', async () => {
  const { exchange, wentOn, settle } = openCourse();
  const end = exchange.begin('club', 1);
  const turn = exchange.join('club');
  end();
  void turn.next(never).then(() => wentOn.push('asked'));
  await settle();
  expect(wentOn).toEqual(['asked']);
});

test('a word that came while a range got its slot goes to the next one', async () => {
  const { exchange, wentOn, wait, settle } = openCourse();
  const end = exchange.begin('club', 1);
  const served = exchange.join('club');
  wait('next');
  end();
  await settle();
  expect(wentOn).toEqual([]);
  served.leave();
  await settle();
  expect(wentOn).toEqual(['next']);
});

test('a range whose time is up goes on by itself, and takes no turn of those that wait', async () => {
  const { exchange, wentOn, wait, settle } = openCourse();
  const end = exchange.begin('club', 1);
  const late = wait('late', { timeout: Promise.resolve() });
  wait('next');
  await settle();
  expect(wentOn).toEqual(['late']);
  late.turn.leave();
  end();
  await settle();
  expect(wentOn).toEqual(['late', 'next']);
});

test('a range that fails while it waits says so, and leaves its place', async () => {
  const { exchange, wentOn, wait, settle } = openCourse();
  const end = exchange.begin('club', 1);
  const failed = wait('failed', { timeout: Promise.reject(new Error('gone')) });
  await expect(failed.next).rejects.toThrow('gone');
  failed.turn.leave();
  wait('next');
  end();
  await settle();
  expect(wentOn).toEqual(['next']);
});

test('an execution works here until its last lane has ended', () => {
  const { exchange } = openCourse();
  const [first, second] = [exchange.begin('club', 1), exchange.begin('club', 1)];
  expect([exchange.isWorking(1), exchange.isWorking(2)]).toEqual([true, false]);
  first();
  expect(exchange.isWorking(1)).toBe(true);
  second();
  expect(exchange.isWorking(1)).toBe(false);
});

import { openSlotExchange } from '../../../activities/push/slot-exchange';

const never = new Promise<void>(() => undefined);

/** Who went on, in order. */
function openCourse() {
  const exchange = openSlotExchange();
  const wentOn: string[] = [];
  const wait = (name: string, organizer = 'club', timeout = never) =>
    exchange.wait(organizer, timeout).then(() => wentOn.push(name));
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { exchange, wentOn, wait, settle };
}

test('a lane that ends lets one range go on, the one that waited longest for the same account', async () => {
  const { exchange, wentOn, wait, settle } = openCourse();
  const [first, second] = [exchange.begin('club', 1), exchange.begin('club', 1)];
  void wait('other account', 'museum');
  void wait('a');
  void wait('b');
  first();
  await settle();
  expect(wentOn).toEqual(['a']);
  second();
  await settle();
  expect(wentOn).toEqual(['a', 'b']);
});

test('a range whose time is up goes on by itself, and takes no turn of those that wait', async () => {
  const { exchange, wentOn, wait, settle } = openCourse();
  const end = exchange.begin('club', 1);
  void wait('late', 'club', Promise.resolve());
  void wait('next');
  await settle();
  expect(wentOn).toEqual(['late']);
  end();
  await settle();
  expect(wentOn).toEqual(['late', 'next']);
});

test('a range that fails while it waits says so, and leaves its place', async () => {
  const { exchange, wentOn, wait, settle } = openCourse();
  const end = exchange.begin('club', 1);
  await expect(exchange.wait('club', Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  void wait('next');
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

import { countCrash } from '../../bench/count-crash';

const once = { received: 1, accepted: 1, changed: 1 };
const times = { startedAt: 10_000, killedAt: 11_000, readyAt: 12_500, doneAt: 15_000 };
const timeline = { firstCallAt: 10_100, accepted: [{ at: 10_000, tickets: 50 }] };

test('lost are those due and never accepted, doubled those with an effect again, sent twice those accepted again', () => {
  const arrived = {
    1: once,
    2: { received: 1, accepted: 0, changed: 0 },
    4: { received: 2, accepted: 2, changed: 1 },
    5: { received: 3, accepted: 3, changed: 2 },
  };
  expect(countCrash({ due: new Set(['1', '2', '3', '4', '5']), arrived, timeline, times })).toMatchObject({
    lost: 2,
    doubled: 1,
    sentTwice: 3,
  });
});

test('times are seconds from the start of the run', () => {
  expect(countCrash({ due: new Set(), arrived: {}, timeline, times })).toMatchObject({
    killedAt: 1,
    readyAt: 2.5,
    doneAt: 5,
    accepted: [{ seconds: 0, tickets: 50 }],
  });
});

import { openTimeline } from '../../sandbox/timeline';

test('the first call keeps its time, and tickets are counted by the quarter of a second in which they were accepted', () => {
  let now = 10_100;
  const timeline = openTimeline(() => now);
  expect(timeline.read()).toEqual({ firstCallAt: null, accepted: [] });
  timeline.countCall();
  now = 10_249;
  timeline.countCall();
  timeline.countAccepted();
  timeline.countAccepted();
  now = 11_000;
  timeline.countAccepted();
  expect(timeline.read()).toEqual({
    firstCallAt: 10_100,
    accepted: [
      { at: 10_000, tickets: 2 },
      { at: 11_000, tickets: 1 },
    ],
  });
  timeline.clear();
  expect(timeline.read()).toEqual({ firstCallAt: null, accepted: [] });
});

import { drawCost, toSizeCost } from '../../../bench/pictures/cost-picture';
import { drawCrash, toThroughput } from '../../../bench/pictures/crash-picture';
import type { Crash, Run } from '../../../bench/race';

const crash: Crash = {
  killedAt: 1.1,
  readyAt: 2.5,
  doneAt: 3,
  lost: 0,
  doubled: 0,
  sentTwice: 0,
  accepted: [
    { seconds: 0.5, tickets: 400 },
    { seconds: 0.75, tickets: 900 },
    { seconds: 2.5, tickets: 1_100 },
  ],
};

/** Ends of the tags of a picture in the order in which they close; throws when it is not well-formed. */
function closeTags(svg: string): number {
  const open: string[] = [];
  let closed = 0;
  for (const [, slash, name = '', self] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (self === '/') closed += 1;
    else if (slash !== '/') open.push(name);
    else if (open.pop() === name) closed += 1;
    else throw new Error(`</${name}> closes something else`);
  }
  if (open.length > 0) throw new Error(`${open.join(', ')} stays open`);
  return closed;
}

test('throughput shows a step for every quarter of a second, those without tickets at 0', () => {
  const points = toThroughput(crash);
  expect(points.slice(0, 6)).toEqual([
    { x: 0.5, y: 400 },
    { x: 0.75, y: 400 },
    { x: 0.75, y: 900 },
    { x: 1, y: 900 },
    { x: 1, y: 0 },
    { x: 1.25, y: 0 },
  ]);
  expect(points.slice(-4)).toEqual([
    { x: 2.5, y: 1_100 },
    { x: 2.75, y: 1_100 },
    { x: 2.75, y: 0 },
    { x: 3, y: 0 },
  ]);
});

test('the picture of a crash marks kill, restart and end, names its units and its machine', () => {
  const svg = drawCrash(crash, '4 cores <fast & quiet>');
  for (const text of [
    'killed, new one started: 1.1 s',
    'ready: 2.5 s',
    'all done: 3.0 s',
    'seconds since the start of the run',
    'tickets accepted per 0.25 s',
    '4 cores &lt;fast &amp; quiet&gt;',
  ]) {
    expect(svg).toContain(text);
  }
  expect(closeTags(svg)).toBeGreaterThan(20);
});

test('the picture of the cost has both contenders over the sizes', () => {
  const svg = drawCost(
    [
      { tickets: 1_000, ours: 1, plain: 0.5 },
      { tickets: 100_000, ours: 20, plain: 18 },
    ],
    'a machine',
  );
  for (const text of ['>ours<', '>plain loop<', '>tickets due<', '>seconds<', '>100,000<', '>a machine<']) {
    expect(svg).toContain(text);
  }
  expect(svg.match(/<circle/g)).toHaveLength(4);
  expect(closeTags(svg)).toBeGreaterThan(20);
});

test('pictures can be read on light and on dark, whatever is behind them', () => {
  const svg = drawCrash(crash, '');
  expect(svg).toContain('@media (prefers-color-scheme: dark)');
  expect(svg.match(/ \.page \{ fill: #/g)).toHaveLength(2);
  expect(svg.indexOf('<rect class="page" width="860" height="440"')).toBeLessThan(svg.indexOf('<text'));
  expect(svg).toContain('<rect class="page"');
});

test('the cost of a size is the median of each contender; a race without both has none', () => {
  const toRun = (seconds: number): Run => ({ tickets: 1_000, seconds, othersShare: 0 });
  const ours = [toRun(3), toRun(1), toRun(2)];
  expect(
    toSizeCost(
      new Map([
        ['ours', ours],
        ['plain', [toRun(1)]],
      ]),
    ),
  ).toEqual({ tickets: 1_000, ours: 2, plain: 1 });
  expect(toSizeCost(new Map([['ours', ours]]))).toBeUndefined();
  expect(toSizeCost(new Map())).toBeUndefined();
});

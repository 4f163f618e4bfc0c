import { describeRun, judgeRun, type RunEnding, type Tally } from '../../../core/push/report';

const none: Tally = {
  planned: 0,
  delivered: 0,
  refused: 0,
  skipped: 0,
  simulated: 0,
  unknown: 0,
  notTried: 0,
  standingRefused: 0,
  unknownForced: 0,
};

describe('a run is OK, WARNING or ERROR (domain.md 6)', () => {
  test.each<[string, Partial<Tally>, RunEnding, string]>([
    ['nothing due', {}, 'done', 'OK'],
    ['all delivered', { planned: 3, delivered: 3 }, 'done', 'OK'],
    ['all simulated', { planned: 3, simulated: 3 }, 'done', 'OK'],
    ['some skipped', { planned: 3, delivered: 2, skipped: 1 }, 'done', 'OK'],
    ['one refused', { planned: 3, delivered: 2, refused: 1 }, 'done', 'ERROR'],
    ['one unknown', { planned: 3, delivered: 2, unknown: 1 }, 'done', 'ERROR'],
    ['one not tried', { planned: 3, delivered: 2, notTried: 1 }, 'operator', 'ERROR'],
    ['a standing refusal, nothing tried', { standingRefused: 1 }, 'done', 'ERROR'],
    ['a forced number that names no ticket', { planned: 1, delivered: 1, unknownForced: 1 }, 'done', 'WARNING'],
    ['the same with a refusal', { planned: 1, refused: 1, unknownForced: 1 }, 'done', 'ERROR'],
    ['stopped by an operator with nothing left', { planned: 1, delivered: 1 }, 'operator', 'OK'],
    ['could not work', {}, 'failed', 'ERROR'],
    ['an outage', {}, 'outage', 'ERROR'],
    ['everything refused', {}, 'all refused', 'ERROR'],
    ['the kill ratio', {}, 'kill ratio', 'ERROR'],
  ])('%s', (_what, tally, ending, outcome) => {
    expect(judgeRun({ ...none, ...tally }, ending)).toBe(outcome);
  });
});

describe('the line about a run says what happened and what to do', () => {
  const describeTally = (tally: Partial<Tally>, ending: RunEnding = 'done') =>
    describeRun({
      execution: 7,
      tally: { ...none, ...tally },
      ending,
      refusals: [{ code: 'POISON', field: 'holder', count: 2 }],
    });

  test('all well', () => {
    expect(describeTally({ planned: 1, delivered: 1 })).toBe('1 ticket done.');
    expect(describeTally({ planned: 2, delivered: 1, simulated: 1 })).toBe('2 tickets done.');
  });

  test('nothing due: what the run is to skip is told, whose being due is not asked', () => {
    const idle = { execution: 7, tally: none, ending: 'done', refusals: [] } as const;
    expect(describeRun({ ...idle, toSkip: 0 })).toBe('Nothing was due.');
    expect(describeRun({ ...idle, toSkip: 2 })).toBe('Nothing was due beside what the run is to skip (2 tickets).');
  });

  test('refused: how many, why, and where to look', () => {
    expect(describeTally({ planned: 9, delivered: 7, refused: 2 })).toBe(
      '2 tickets of 9 refused: POISON holder (2). See: tixngo log 7 --outcome REFUSED',
    );
  });

  test('only the three most frequent refusals are named', () => {
    const refusals = ['A', 'B', 'C', 'D'].map((code) => ({ code, count: 1 }));
    const line = describeRun({ execution: 7, tally: { ...none, planned: 4, refused: 4 }, ending: 'done', refusals });
    expect(line).toContain('refused: A (1), B (1), C (1), ....');
    expect(line).not.toContain('D (1)');
  });

  test.each<[RunEnding, RegExp]>([
    ['operator', /^Stopped by an operator\./],
    ['kill ratio', /killRatio/],
    ['outage', /maxOutageMinutes/],
    ['all refused', /refuses everything/],
    ['failed', /^Could not work: no reason recorded\./],
  ])('ended by %s', (ending, words) => {
    expect(describeTally({ planned: 1, notTried: 1 }, ending)).toMatch(words);
    expect(describeTally({ planned: 1, notTried: 1 }, ending)).toContain(
      '1 ticket not tried; the next run takes them.',
    );
  });

  test('unknown, standing refusals and unknown numbers are told', () => {
    const line = describeTally({ planned: 1, unknown: 1, standingRefused: 2, unknownForced: 3 });
    expect(line).toMatch(/1 ticket sent with the answer lost/);
    expect(line).toMatch(/2 tickets refused in earlier runs still due.*tixngo skip add/);
    expect(line).toMatch(/3 forced numbers name no ticket/);
    const one = describeTally({ planned: 1, standingRefused: 1, unknownForced: 1 });
    expect(one).toMatch(
      /1 ticket refused in earlier runs still due: mend or skip it \(tixngo skip add\); the log names it\./,
    );
    expect(one).toMatch(/1 forced number names no ticket/);
  });

  test('an outage of one call is told as such', () => {
    const endingReason = 'no valid answer to one call for maxOutageMinutes';
    const line = describeRun({ execution: 7, tally: none, ending: 'outage', endingReason, refusals: [] });
    expect(line).toBe(`Stopped: TIXNGO gave ${endingReason}. See: tixngo log 7`);
  });

  test('a run that was cancelled from outside says so, not that an operator stopped it', () => {
    const endingReason = 'the workflow was cancelled';
    const line = describeRun({ execution: 7, tally: none, ending: 'operator', endingReason, refusals: [] });
    expect(line).toBe(`Stopped: ${endingReason}. See: tixngo log 7`);
  });

  test('a reason of a failure is told', () => {
    const line = describeRun({
      execution: 7,
      tally: none,
      ending: 'failed',
      endingReason: 'TIXNGO refuses the API key',
      refusals: [],
    });
    expect(line).toBe('Could not work: TIXNGO refuses the API key. See: tixngo log 7');
  });
});

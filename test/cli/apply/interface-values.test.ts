import { changed, GOOD, problemsOf } from './config-fixture';

describe('interfaces among themselves', () => {
  const second = (lines: string): string =>
    GOOD.replace(
      'schedules:',
      `  - ${lines
        .trim()
        .split('\n')
        .map((line) => line.trim())
        .join('\n    ')}\nschedules:`,
    );
  const base = 'type: TIXNGO\nurl: https://tixngo.example/organizer/tickets\napiKey: { env: FCX_TIXNGO_KEY }';

  test('two organizations may share one account', () => {
    expect(problemsOf(second(`name: fcy\norganization: FCY\norganizer: fc-example\n${base}`))).toEqual([]);
  });

  test('a second interface for an organization is refused with the reason', () => {
    expect(problemsOf(second(`name: fcy\norganization: FCX\norganizer: fc-example\n${base}`))).toEqual([
      '14 interfaces[1].organization: a second interface for "FCX", beside "fcx-tixngo" -> one interface per organization: the push functions could not tell whose mark is whose',
    ]);
  });

  test('a name is given once', () => {
    expect(problemsOf(second(`name: fcx-tixngo\norganization: FCY\norganizer: fc-example\n${base}`))).toEqual([
      '13 interfaces[1].name: a second interface "fcx-tixngo" -> a name of its own',
    ]);
  });

  test('one account has one name, and one name is one account', () => {
    expect(problemsOf(second(`name: fcy\norganization: FCY\norganizer: other\n${base}`))).toEqual([
      '15 interfaces[1].organizer: "other" -> "fc-example", as "fcx-tixngo" has the same URL and key reference',
    ]);
    const otherKey = base.replace('FCX_TIXNGO_KEY', 'OTHER');
    expect(problemsOf(second(`name: fcy\norganization: FCY\norganizer: fc-example\n${otherKey}`))).toEqual([
      '15 interfaces[1].organizer: "fc-example", which "fcx-tixngo" has with another URL or key reference -> a name of its own for each TIXNGO account',
    ]);
  });
});

describe('the lines of parameters', () => {
  test.each<[written: string, line: number]>([
    ['parameters: |\n\n      parallelCalls=0\n', 12],
    ['parameters: parallelCalls=0\n', 10],
    ['parameters: "parallelCalls=0"\n', 10],
  ])('%j', (written, line) => {
    const text = changed('parameters: |\n      ticketIterationSize=25\n      killRatio=0.5\n', written);
    expect(problemsOf(text)).toEqual([
      `${String(line)} interfaces[0].parameters.parallelCalls: "0" -> a whole number from 1 to 64`,
    ]);
  });
});

test.each(['{ parallelCalls: 1 }', '[parallelCalls=1]', '{ "parallelCalls=1": }', '12', ''])(
  'parameters that are no text are told with the right form: %s',
  (written) => {
    const text = changed(
      'parameters: |\n      ticketIterationSize=25\n      killRatio=0.5\n',
      `parameters: ${written}\n`,
    );
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(
        /^10 interfaces\[0\]\.parameters: .* -> a text: one name=value per line; .*"parameters: \|"/,
      ),
    ]);
  },
);

describe('a wrong URL is told by what is wrong with it', () => {
  test.each([
    ['tixngo.example/organizer/tickets', 'a text that is no web address (it is not shown) -> an https address that'],
    ['https://u:p@tixngo.example/organizer/tickets', 'an address with a user or a password (it is not shown) -> the'],
    [
      'http://tixngo.example/organizer/tickets',
      '"http://tixngo.example" -> https; http only where TIXNGO_ALLOWED_HOSTS names the host with scheme and port (it holds tixngo.example, 10.0.0.1)',
    ],
    [
      'https://10.0.0.1/organizer/tickets',
      '"https://10.0.0.1" -> a host name; an IP address or this machine only where TIXNGO_ALLOWED_HOSTS names it with scheme and port (it holds tixngo.example, 10.0.0.1)',
    ],
    ['https://tixngo.example/tickets?key=CANARY', 'a path on "https://tixngo.example" that is no such one'],
    [
      'https://other.example/organizer/tickets',
      '"https://other.example" -> a host that TIXNGO_ALLOWED_HOSTS names (it holds tixngo.example, 10.0.0.1)',
    ],
  ])('%s', (url, problem) => {
    const problems = problemsOf(changed('https://tixngo.example/organizer/tickets', url));
    expect(problems).toEqual([expect.stringContaining(`6 interfaces[0].url: ${problem}`)]);
    expect(problems[0]).not.toContain('CANARY');
  });
});

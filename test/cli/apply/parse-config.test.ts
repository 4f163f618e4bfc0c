import fc from 'fast-check';
import { parseConfig, type ConfigResult } from '../../../cli/apply/parse-config';
import { parseAllowedHosts } from '../../../core/interface-url';

const ALLOWED_HOSTS = parseAllowedHosts('tixngo.example').hosts;

const GOOD = `interfaces:
  - name: fcx-tixngo
    organization: FCX
    organizer: fc-example
    type: TIXNGO
    url: https://tixngo.example/organizer/tickets
    apiKey: { env: FCX_TIXNGO_KEY }
    login: admin@fcx.example
    notify: [ops@example.com]
    parameters: |
      ticketIterationSize=25
      killRatio=0.5
schedules:
  - name: inject-league
    interface: fcx-tixngo
    function: inject-tickets
    launch: AUTOMATIC
    every: 5m
    batchSize: 1000
    pointOfSales: WEB;W1
    filters: { product: [LEAGUE-HOME] }
`;

function parse(text: string | Uint8Array, existingInterfaces: readonly string[] = []): ConfigResult {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return parseConfig(bytes, { file: 'tixngo.yaml', allowedHosts: ALLOWED_HOSTS, existingInterfaces });
}

/** Problems as `line field: found -> allowed`. */
function problemsOf(text: string | Uint8Array, existingInterfaces?: readonly string[]): string[] {
  const result = parse(text, existingInterfaces);
  if (!('problems' in result)) return [];
  return result.problems.map(({ line, field, found, allowed }) => `${String(line)} ${field}: ${found} -> ${allowed}`);
}

/** The good file with one part of it replaced. */
function changed(part: string, by: string): string {
  expect(GOOD).toContain(part);
  return GOOD.replace(part, by);
}

describe('a file without mistakes', () => {
  test('becomes interfaces with parameters and schedules with settings', () => {
    expect(parse(GOOD)).toMatchObject({
      config: {
        interfaces: [
          {
            name: 'fcx-tixngo',
            organization: 'FCX',
            organizer: 'fc-example',
            type: 'TIXNGO',
            url: 'https://tixngo.example/organizer/tickets',
            apiKey: { env: 'FCX_TIXNGO_KEY' },
            login: 'admin@fcx.example',
            notify: ['ops@example.com'],
            parameters: { ticketIterationSize: 25, killRatio: 0.5, parallelCalls: 4 },
            parametersText: 'ticketIterationSize=25\nkillRatio=0.5\n',
          },
        ],
        schedules: [
          {
            name: 'inject-league',
            interfaceName: 'fcx-tixngo',
            function: 'inject-tickets',
            launch: 'AUTOMATIC',
            timing: { kind: 'every', everySeconds: 300 },
            batchSize: 1000,
            pointOfSales: { salesChannelCode: 'WEB', posCode: 'W1' },
            settings: { filters: { product: ['LEAGUE-HOME'] } },
          },
        ],
      },
      warnings: [],
    });
  });

  test('may begin with a byte-order mark and end its lines as Windows does', () => {
    expect(problemsOf(`\ufeff${GOOD.replaceAll('\n', '\r\n')}`)).toEqual([]);
  });

  test('may hold schedules alone, for interfaces that exist', () => {
    const schedules = GOOD.slice(GOOD.indexOf('schedules:'));
    expect(problemsOf(schedules, ['fcx-tixngo'])).toEqual([]);
    expect(problemsOf(schedules, ['fcx-tixng'])).toEqual([
      '3 schedules[0].interface: the unknown interface "fcx-tixngo" -> did you mean fcx-tixng?',
    ]);
  });

  test('tells where its paths stand', () => {
    const result = parse(GOOD);
    const lineOf = 'lineOf' in result ? result.lineOf : () => 0;
    expect(lineOf(['interfaces', 0, 'url'])).toBe(6);
    expect(lineOf(['schedules', 0])).toBe(14);
    expect(lineOf(['schedules', 0, 'nothing'])).toBe(14);
    expect(lineOf(['schedules', 0, 'filters', 'product', 0])).toBe(21);
  });

  test('warns of force and skip on an AUTOMATIC schedule, with the line', () => {
    expect(parse(`${GOOD}    force: "12300123"\n    skip: id:7\n`)).toMatchObject({
      warnings: [
        { file: 'tixngo.yaml', line: 22, field: 'schedules[0].force' },
        { file: 'tixngo.yaml', line: 23, field: 'schedules[0].skip' },
      ],
    });
  });
});

test('ten mistakes are ten messages, in the order of their lines', () => {
  const text = `interfaces:
  - name: fcx tixngo
    organisation: FCX
    organizer: fc-example
    type: TIXNG
    url: http://tixngo.example/tickets
    apiKey: sk-live-CANARY
    notify: [ops]
    parameters: |
      ticketIterationSize=25

      parallelCals=8
schedules:
  - name: inject-league
    interface: fcx-tixngo
    function: inject-tickets
    launch: AUTOMATIC
    every: 5 minutes
    batchSize: "1000"
    pointOfSales: WEB;W1
    filters: { products: [LEAGUE-HOME] }
`;
  const problems = problemsOf(text);
  expect(problems).toEqual([
    '2 interfaces[0].organization: nothing -> a text',
    '2 interfaces[0].name: "fcx tixngo" -> a letter or digit, then up to 99 letters, digits, dots, hyphens and underscores',
    '3 interfaces[0].organisation: the unknown name "organisation" -> did you mean organization?',
    '5 interfaces[0].type: the text "TIXNG" -> one of TIXNGO, TIXNGO_WITH_TEMPLATE',
    expect.stringMatching(/^6 interfaces\[0\]\.url: The interface URL is refused: .* -> an https address that ends in/),
    '7 interfaces[0].apiKey: a value that is no reference (it is not shown here) -> { env: NAME } or { file: PATH }: the file names where the key is, never the key',
    '8 interfaces[0].notify[0]: no e-mail address -> an e-mail address such as ops@example.com',
    '12 interfaces[0].parameters: the unknown name "parallelCals" -> did you mean parallelCalls?',
    '15 schedules[0].interface: the unknown interface "fcx-tixngo" -> did you mean fcx tixngo?',
    '18 schedules[0].every: "5 minutes" -> a number with s, m, h or d from 5s to 31d, such as 5m',
    '19 schedules[0].batchSize: the text "1000" -> a number',
    '21 schedules[0].filters.products: the unknown name "products" -> did you mean product?',
  ]);
  expect(JSON.stringify(problems)).not.toContain('CANARY');
});

describe('a secret in the file is refused and never shown', () => {
  test.each([
    'apiKey: CANARY-1',
    'apiKey: 12345678901',
    'apiKey: { env: "CANARY 1" }',
    'apiKey: { env: CANARY-1 }',
    'apiKey: { key: CANARY }',
    'apiKey: { CANARY: }',
    'apiKey: { env: NAME, file: /CANARY }',
    'apiKey: [CANARY]',
    'apiKey: { file: "" }',
  ])('%s', (line) => {
    const problems = problemsOf(changed('apiKey: { env: FCX_TIXNGO_KEY }', line));
    expect(problems).toEqual([expect.stringMatching(/^7 interfaces\[0\]\.apiKey: a value that is no reference/)]);
    expect(JSON.stringify(problems)).not.toMatch(/CANARY|12345678901/);
  });

  test('a password in the URL', () => {
    const problems = problemsOf(changed('https://tixngo', 'https://user:CANARY@tixngo'));
    expect(problems).toEqual([expect.stringMatching(/^6 interfaces\[0\]\.url: /)]);
    expect(JSON.stringify(problems)).not.toContain('CANARY');
  });

  test('a broken line', () => {
    const problems = problemsOf(changed('apiKey: { env: FCX_TIXNGO_KEY }', 'apiKey: "CANARY'));
    expect(problems.length).toBeGreaterThan(0);
    expect(JSON.stringify(problems)).not.toContain('CANARY');
  });

  test('addresses of people stay unshown too', () => {
    const problems = problemsOf(
      changed('login: admin@fcx.example', 'login: jane.doe').replace('[ops@example.com]', '[john.doe, "a@b.c, d@e.f"]'),
    );
    expect(problems).toEqual([
      '8 interfaces[0].login: no e-mail address -> an e-mail address such as ops@example.com',
      '9 interfaces[0].notify[0]: no e-mail address -> an e-mail address such as ops@example.com',
      '9 interfaces[0].notify[1]: no e-mail address -> an e-mail address such as ops@example.com',
    ]);
  });
});

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
      '14 interfaces[1].organization: a second interface for organization "FCX", beside "fcx-tixngo" -> one interface per organization: the push functions could not tell whose mark is whose',
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

describe('what this version cannot do is refused', () => {
  test.each<[part: string, by: string, problem: string]>([
    ['type: TIXNGO', 'type: TIXNGO_WITH_TEMPLATE', '5 interfaces[0].type'],
    ['{ product: [LEAGUE-HOME] }', '{ season: ["2026"] }', '21 schedules[0].filters.season'],
    ['filters: { product: [LEAGUE-HOME] }', 'template: standard', '21 schedules[0].template'],
    ['function: inject-tickets', 'function: inject-privileges', '16 schedules[0].function'],
    ['schedules:', 'templates: []\nschedules:', '13 templates'],
  ])('%s -> %s', (part, by, problem) => {
    expect(problemsOf(changed(part, by))).toEqual([expect.stringMatching(/not available in this version/)]);
    expect(problemsOf(changed(part, by))[0]).toContain(`${problem}:`);
  });
});

describe('a wrong shape is told in words', () => {
  test.each<[part: string, by: string, problem: string]>([
    ['name: inject-league', 'name: 7', '14 schedules[0].name: 7 (a number) -> a text: put it in quotes'],
    [
      '{ product: [LEAGUE-HOME] }',
      '{ product: [2026] }',
      '21 schedules[0].filters.product[0]: 2026 (a number) -> a text: put it in quotes',
    ],
    ['{ product: [LEAGUE-HOME] }', 'LEAGUE-HOME', '21 schedules[0].filters: the text "LEAGUE-HOME" -> an object'],
    [
      'batchSize: 1000',
      'batchSize: 0',
      '19 schedules[0].batchSize: 0 -> a whole number from 1 to 1000000, or nothing for all that is due',
    ],
    ['batchSize: 1000', 'simulation: yes', '19 schedules[0].simulation: the text "yes" -> true or false'],
    [
      'launch: AUTOMATIC',
      'launch: automatic',
      '17 schedules[0].launch: the text "automatic" -> one of MANUAL, AUTOMATIC',
    ],
    [
      '    pointOfSales: WEB;W1\n',
      '',
      '14 schedules[0].pointOfSales: nothing -> salesChannelCode;posCode: S-360 prints only through a point of sales',
    ],
    [
      '    apiKey: { env: FCX_TIXNGO_KEY }\n',
      '',
      '2 interfaces[0].apiKey: nothing -> { env: NAME } or { file: PATH }: the file names where the key is, never the key',
    ],
    ['notify: [ops@example.com]', 'notify: ops@example.com', '9 interfaces[0].notify: a text -> a list'],
    ['every: 5m', 'every:', '18 schedules[0].every: an empty value -> a text'],
    [
      'schedules:\n  - name',
      'schedules:\n  - just a text\n  - name',
      '14 schedules[0]: the text "just a text" -> an object',
    ],
    [
      'schedules:\n',
      'scheduls: []\nschedules:\n',
      '13 scheduls: the unknown name "scheduls" -> did you mean schedules?',
    ],
  ])('%s -> %s', (part, by, problem) => {
    expect(problemsOf(changed(part, by))).toEqual([problem]);
  });

  test('a needed field of a wrong shape is one mistake, not missing as well', () => {
    expect(problemsOf(changed('pointOfSales: WEB;W1', 'pointOfSales: 7'))).toEqual([
      '20 schedules[0].pointOfSales: 7 (a number) -> a text: put it in quotes',
    ]);
  });

  test('two schedules of one name on one interface', () => {
    const schedule = GOOD.slice(GOOD.indexOf('  - name: inject-league'));
    expect(problemsOf(GOOD + schedule)).toEqual([
      '22 schedules[1].name: a second schedule "inject-league" on "fcx-tixngo" -> a name of its own on the interface',
    ]);
  });
});

describe('a text that is no such file', () => {
  test.each<[what: string, text: string | Uint8Array, problems: string[]]>([
    ['nothing', '', ['1 file: nothing -> interfaces and schedules']],
    ['a comment', '# nothing\n', ['1 file: nothing -> interfaces and schedules']],
    ['a list', '- a\n', ['1 file: a list -> an object']],
    ['a word', 'hello\n', ['1 file: a text -> an object']],
    ['interfaces that are no list', 'interfaces: 5\n', ['1 interfaces: 5 (a number) -> a list']],
    [
      'bytes of another encoding',
      new Uint8Array([0x61, 0x3a, 0xe9]),
      ['undefined file: bytes that are not UTF-8 -> a UTF-8 text'],
    ],
    ['a NUL', 'interfaces: []\n# \u0000\n', ['2 file: a control character -> a text']],
    ['a tab as indentation', 'interfaces:\n\t- name: a\n', ['2 YAML: a tab as indentation -> blanks as indentation']],
    ['a name twice', 'interfaces: []\ninterfaces: []\n', ['2 YAML: a name that stands here twice -> each name once']],
    [
      'an anchor and an alias',
      'interfaces: &x []\nschedules: *x\n',
      ['2 YAML: an alias -> the value itself', '1 YAML: an anchor -> the value itself where it is needed'],
    ],
    ['a tag', 'interfaces: !!set []\n', ['1 YAML: a tag -> a plain value']],
    ['two documents', 'interfaces: []\n---\ninterfaces: []\n', ['3 YAML: a second document -> one document']],
    ['another YAML', '%YAML 1.1\n---\ninterfaces: []\n', ['1 YAML: a %YAML directive -> YAML 1.2, without directive']],
    ['a bracket left open', 'interfaces: [\n', [expect.stringMatching(/^\d YAML: /)]],
  ])('%s', (_what, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  test('a name twice does not hide the other mistakes', () => {
    expect(problemsOf(changed('batchSize: 1000', 'batchSize: 0\n    batchSize: 0'))).toHaveLength(2);
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

test('whatever a good file is turned into: a configuration, or problems with a line of the text each', () => {
  const scraps = [
    ':',
    '-',
    '- ',
    '\n',
    '\t',
    '  ',
    '{',
    '}',
    '[',
    ']',
    '|',
    '>',
    '"',
    "'",
    '#',
    '&a',
    '*a',
    '!t',
    '?',
    '0',
    'null',
    'é',
    '\u0000',
  ];
  const edit = fc.record({
    at: fc.nat(GOOD.length),
    cut: fc.nat(12),
    put: fc.oneof(fc.constantFrom(...scraps), fc.string({ maxLength: 6 })),
  });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const text = edits.reduce((whole, { at, cut, put }) => whole.slice(0, at) + put + whole.slice(at + cut), GOOD);
      const result = parse(text);
      if (!('problems' in result)) return;
      expect(result.problems.length).toBeGreaterThan(0);
      const lines = text.split(/\r\n|\n|\r/).length;
      expect(result.problems.filter(({ line = 1 }) => line < 1 || line > lines)).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

import fc from 'fast-check';
import { changed, GOOD, parse, problemsOf } from './config-fixture';

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
      '3 schedules[0].interface: the unknown interface "fcx-tixngo" -> an interface of this file or of the database; did you mean fcx-tixng?',
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
    '2 interfaces[0].organization: nothing -> a text: the field is mandatory',
    '2 interfaces[0].name: "fcx tixngo" -> a letter or digit, then up to 99 letters, digits, dots, hyphens and underscores',
    '3 interfaces[0].organisation: the unknown name "organisation" -> a field of an interface; did you mean organization?',
    '5 interfaces[0].type: "TIXNG" -> TIXNGO',
    '6 interfaces[0].url: a path on "http://tixngo.example" that is no such one (it is not shown) -> a path that ends in organizer/tickets, with letters, digits, dots, hyphens and underscores before it',
    '7 interfaces[0].apiKey: a value that is no reference (it is not shown here) -> { env: NAME } or { file: PATH }: the file names where the key is, never the key',
    '8 interfaces[0].notify[0]: a text that is no e-mail address (it is not shown) -> an e-mail address such as ops@example.com',
    '12 interfaces[0].parameters: the unknown name "parallelCals" -> a custom parameter; did you mean parallelCalls?',
    '15 schedules[0].interface: the unknown interface "fcx-tixngo" -> an interface of this file or of the database; did you mean fcx tixngo?',
    '18 schedules[0].every: "5 minutes" -> a number with s, m, h or d from 5s to 31d, such as 5m',
    '19 schedules[0].batchSize: the text "1000" -> a number',
    '21 schedules[0].filters.products: the unknown name "products" -> a filter of this version; did you mean product?',
  ]);
  expect(JSON.stringify(problems)).not.toContain('CANARY');
});

test('mistakes of shape hide no mistakes of value, in one schedule and across interfaces', () => {
  const text = `interfaces:
  - name: fcx tixngo
    organization: 7
    organizer: fc-example
    type: TIXNGO
    url: https://elsewhere.example/organizer/tickets
    apiKey: { env: FCX_TIXNGO_KEY }
    notify: [3, ops, ops@example.com, 4, nobody]
    colour: red
  - name: fcy-tixngo
    organization: FCY
    organizer: " fc"
    type: TIXNGO
    url: https://tixngo.example/organizer/tickets
    apiKey: the-key-itself
    parameters: parallelCalls=0
schedules:
  - name: inject league
    interface: fcy-tixngo
    function: inject-ticket
    launch: AUTO
    every: 5x
    cron: 7
    batchSize: 0
    pointOfSales: WEB
    filters: { product: [2026, " A"], produkt: [B] }
    barcodeFormat: { prefix: 5 }
    force: "1;2"
    simulation: yes
`;
  const told = problemsOf(text).map((problem) => problem.replace(/: .*/, ''));
  expect(told).toEqual([
    '2 interfaces[0].name',
    '3 interfaces[0].organization',
    '6 interfaces[0].url',
    '8 interfaces[0].notify[0]',
    '8 interfaces[0].notify[3]',
    '8 interfaces[0].notify[1]',
    '8 interfaces[0].notify[4]',
    '9 interfaces[0].colour',
    '12 interfaces[1].organizer',
    '15 interfaces[1].apiKey',
    '16 interfaces[1].parameters.parallelCalls',
    '18 schedules[0].name',
    '20 schedules[0].function',
    '21 schedules[0].launch',
    '22 schedules[0].every',
    '23 schedules[0].cron',
    '24 schedules[0].batchSize',
    '25 schedules[0].pointOfSales',
    '26 schedules[0].filters.product[0]',
    '26 schedules[0].filters.produkt',
    '26 schedules[0].filters.product[1]',
    '27 schedules[0].barcodeFormat.prefix',
    '28 schedules[0].force',
    '29 schedules[0].simulation',
  ]);
});

test.each([
  ['inject-ticket', 'a function of this version; did you mean inject-tickets?'],
  ['push-canceled', 'a function of this version (inject-tickets, retrieve-status)'],
])('a mistyped function %s is shown those only that can be used now', (name, allowed) => {
  expect(problemsOf(changed('function: inject-tickets', `function: ${name}`))).toEqual([
    `16 schedules[0].function: "${name}" -> ${allowed}`,
  ]);
});

test('a mistyped field of a schedule is not sent to one that is refused', () => {
  expect(problemsOf(changed('batchSize: 1000', 'shipmentMode: [A]'))).toEqual([
    expect.stringMatching(
      /^19 schedules\[0\]\.shipmentMode: the unknown name "shipmentMode" -> a field of a schedule \(name,/,
    ),
  ]);
  expect(problemsOf(changed('{ product: [LEAGUE-HOME] }', '{ seasons: [A] }'))).toEqual([
    '21 schedules[0].filters.seasons: the unknown name "seasons" -> a filter of this version (product)',
  ]);
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

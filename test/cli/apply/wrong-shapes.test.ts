import { changed, GOOD, problemsOf } from './config-fixture';

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
    [
      '{ product: [LEAGUE-HOME] }',
      'LEAGUE-HOME',
      '21 schedules[0].filters: the text "LEAGUE-HOME" -> names with their values, as in name: value',
    ],
    [
      'batchSize: 1000',
      'batchSize: 0',
      '19 schedules[0].batchSize: 0 -> a whole number from 1 to 1000000, or nothing for all that is due',
    ],
    ['batchSize: 1000', 'simulation: yes', '19 schedules[0].simulation: the text "yes" -> true or false'],
    ['launch: AUTOMATIC', 'launch: automatic', '17 schedules[0].launch: "automatic" -> MANUAL or AUTOMATIC'],
    [
      '    pointOfSales: WEB;W1\n',
      '',
      '14 schedules[0].pointOfSales: nothing -> salesChannelCode;posCode, such as WEB;W1: S-360 prints only through a point of sales',
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
      '14 schedules[0]: the text "just a text" -> names with their values, as in name: value',
    ],
    [
      'schedules:\n',
      'scheduls: []\nschedules:\n',
      '13 scheduls: the unknown name "scheduls" -> a part of the file; did you mean schedules?',
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

import { parseSchedule } from '../../../core/schedule/parse-schedule';
import { FUNCTIONS, type WrittenSchedule } from '../../../core/schedule/written-schedule';
import { CANCELLED, problemsOf, RETRIEVE, WRITTEN } from './schedule-samples';

const NOTHING = { ticketNumbers: [], ids: [] };

test('a schedule of inject-tickets gets the defaults of the specification', () => {
  expect(parseSchedule(WRITTEN)).toEqual({
    schedule: {
      name: 'inject-league',
      interfaceName: 'fcx-tixngo',
      function: 'inject-tickets',
      launch: 'AUTOMATIC',
      timing: { kind: 'every', everySeconds: 300 },
      pointOfSales: { salesChannelCode: 'WEB', posCode: 'W1' },
      settings: {
        activationMethod: 'offline',
        filters: {},
        barcodePrefix: '',
        barcodeSuffix: '',
        mainApplicant: false,
        force: NOTHING,
        skip: NOTHING,
        simulation: false,
      },
    },
    warnings: [],
  });
});

test('a schedule of retrieve-status has what domain.md 8.2 gives it: timing, batch size, skip list', () => {
  const common = { name: 'retrieve', interfaceName: 'fcx-tixngo', function: 'retrieve-status' };
  expect(parseSchedule(RETRIEVE)).toEqual({
    schedule: {
      ...common,
      launch: 'AUTOMATIC',
      timing: { kind: 'every', everySeconds: 300 },
      settings: { skip: NOTHING },
    },
    warnings: [],
  });
  expect(parseSchedule({ ...RETRIEVE, launch: 'MANUAL', batchSize: 1000, skip: '12, id:7' })).toEqual({
    schedule: {
      ...common,
      launch: 'MANUAL',
      batchSize: 1000,
      settings: { skip: { ticketNumbers: ['12'], ids: ['7'] } },
    },
    warnings: [],
  });
});

test.each<[field: string, written: Partial<WrittenSchedule>]>([
  ['pointOfSales', { pointOfSales: 'WEB;W1' }],
  ['filters', { filters: { product: ['LEAGUE'] } }],
  ['activationMethod', { activationMethod: 'online' }],
  ['barcodeFormat', { barcodeFormat: { prefix: 'X' } }],
  ['mainApplicant', { mainApplicant: true }],
  ['force', { force: '12' }],
  ['simulation', { simulation: true }],
  ['notifySpectator', { notifySpectator: true }],
])('a schedule of retrieve-status has no %s', (field, written) => {
  expect(problemsOf({ ...RETRIEVE, ...written })).toMatchObject([
    { field, allowed: 'a schedule of retrieve-status without it' },
  ]);
});

test('everything that inject-tickets can be told arrives', () => {
  expect(
    parseSchedule({
      ...WRITTEN,
      launch: 'MANUAL',
      batchSize: 1000,
      activationMethod: 'online',
      filters: { product: ['LEAGUE-HOME', 'CUP', 'CUP'] },
      barcodeFormat: { prefix: 'FCX-', suffix: '-1' },
      mainApplicant: true,
      force: '12300123, id:7',
      skip: 'id:8',
      simulation: true,
    }),
  ).toEqual({
    schedule: {
      name: 'inject-league',
      interfaceName: 'fcx-tixngo',
      function: 'inject-tickets',
      launch: 'MANUAL',
      batchSize: 1000,
      pointOfSales: { salesChannelCode: 'WEB', posCode: 'W1' },
      settings: {
        activationMethod: 'online',
        filters: { product: ['LEAGUE-HOME', 'CUP'] },
        barcodePrefix: 'FCX-',
        barcodeSuffix: '-1',
        mainApplicant: true,
        force: { ticketNumbers: ['12300123'], ids: ['7'] },
        skip: { ticketNumbers: [], ids: ['8'] },
        simulation: true,
      },
    },
    warnings: [],
  });
});

describe('force and skip on an AUTOMATIC schedule are saved with a warning each', () => {
  test('AUTOMATIC', () => {
    expect(parseSchedule({ ...WRITTEN, force: '1', skip: '2' })).toMatchObject({
      warnings: [{ field: 'force' }, { field: 'skip' }],
    });
  });
  test('blank lists and MANUAL ones get none', () => {
    expect(parseSchedule({ ...WRITTEN, force: ' ' })).toMatchObject({ warnings: [] });
    expect(parseSchedule({ ...WRITTEN, launch: 'MANUAL', force: '1' })).toMatchObject({ warnings: [] });
  });
});

describe('what this version cannot do is refused, not ignored', () => {
  test.each<[field: string, change: Partial<WrittenSchedule>]>([
    ['fileNumber', { fileNumber: '880' }],
    ['mandatoryHolderFields', { mandatoryHolderFields: ['FIRSTNAME'] }],
    ['template', { template: 'standard' }],
    ['filters.season', { filters: { season: ['2026'], product: ['A'] } }],
    ['filters.salesChannel', { filters: { salesChannel: ['WEB'] } }],
    ['filters.productFamily', { filters: { productFamily: ['F'] } }],
    ['filters.activity', { filters: { activity: ['F'] } }],
    ['filters.performance', { filters: { performance: ['1'] } }],
    ['filters.tariff', { filters: { tariff: ['T'] } }],
    ['filters.category', { filters: { category: ['C'] } }],
    ['filters.shipmentMode', { filters: { shipmentMode: ['M'] } }],
    ['filters.saleDateFrom', { filters: { saleDateFrom: '2026-01-01' } }],
    ['filters.saleDateTo', { filters: { saleDateTo: '2026-01-01' } }],
  ])('%s', (field, change) => {
    const problems = problemsOf({ ...WRITTEN, ...change });
    expect(problems.map((problem) => problem.field)).toEqual([field]);
    expect(problems[0]?.found).toContain('not available in this version');
  });

  test.each(FUNCTIONS.filter((name) => name !== 'inject-tickets' && name !== 'retrieve-status'))('%s', (name) => {
    expect(problemsOf({ ...CANCELLED, function: name })).toContainEqual({
      field: 'function',
      found: `"${name}", which is not available in this version`,
      allowed: 'inject-tickets or retrieve-status',
    });
  });
});

describe('when it starts', () => {
  test.each<[written: Partial<WrittenSchedule>, timing: object]>([
    [{ every: '5s' }, { kind: 'every', everySeconds: 5 }],
    [{ every: '90s' }, { kind: 'every', everySeconds: 90 }],
    [{ every: '1h' }, { kind: 'every', everySeconds: 3600 }],
    [{ every: '31d' }, { kind: 'every', everySeconds: 2_678_400 }],
    [{ cron: ' */5  8-20 * * MON-FRI ' }, { kind: 'cron', cron: '*/5 8-20 * * MON-FRI' }],
    [
      { every: '5m', start: '2026-08-01T00:00', end: '2026-09-01T00:00:00+02:00' },
      { kind: 'every', everySeconds: 300, start: '2026-08-01T00:00', end: '2026-09-01T00:00:00+02:00' },
    ],
  ])('%j', (written, timing) => {
    expect(parseSchedule({ ...WRITTEN, ...written })).toMatchObject({ schedule: { timing } });
  });
});

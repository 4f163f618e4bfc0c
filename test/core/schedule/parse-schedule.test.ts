import { checkSchedule, parseSchedule } from '../../../core/schedule/parse-schedule';
import { checkFieldOwners, checkRequiredFields } from '../../../core/schedule/field-owners';
import {
  FUNCTIONS,
  type ScheduleParts,
  type SyncFunction,
  type WrittenSchedule,
} from '../../../core/schedule/written-schedule';

const WRITTEN: WrittenSchedule = {
  name: 'inject-league',
  interface: 'fcx-tixngo',
  function: 'inject-tickets',
  launch: 'AUTOMATIC',
  pointOfSales: 'WEB;W1',
};

const CANCELLED: WrittenSchedule = {
  name: 'cancelled',
  interface: 'fcx-tixngo',
  function: 'push-cancelled',
  launch: 'MANUAL',
  shipmentModes: ['MOBILE'],
};

const RETRIEVE: WrittenSchedule = {
  name: 'retrieve',
  interface: 'fcx-tixngo',
  function: 'retrieve-status',
  launch: 'AUTOMATIC',
};

const NOTHING = { ticketNumbers: [], ids: [] };

function problemsOf(written: WrittenSchedule) {
  const result = parseSchedule(written);
  return 'problems' in result ? result.problems : [];
}

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

describe('a wrong value is named with what is allowed', () => {
  test.each<[field: string, change: Partial<WrittenSchedule>, allowed: string]>([
    ['name', { name: 'inject league' }, 'a letter or digit'],
    ['name', { name: 'a/b' }, 'a letter or digit'],
    ['name', { name: 'x'.repeat(101) }, 'up to 99'],
    ['batchSize', { batchSize: 0 }, 'from 1 to 1000000'],
    ['batchSize', { batchSize: 1_000_001 }, 'from 1 to 1000000'],
    ['batchSize', { batchSize: 1.5 }, 'from 1 to 1000000'],
    ['pointOfSales', { pointOfSales: undefined }, 'salesChannelCode;posCode'],
    ['pointOfSales', { pointOfSales: 'WEB' }, 'salesChannelCode;posCode'],
    ['pointOfSales', { pointOfSales: 'WEB;' }, 'salesChannelCode;posCode'],
    ['pointOfSales', { pointOfSales: 'WEB;W1;W2' }, 'salesChannelCode;posCode'],
    ['filters.product', { filters: { product: [] } }, '1 to 1000 codes'],
    ['filters.product[1]', { filters: { product: ['A', ' B'] } }, 'a code without blanks'],
    ['barcodeFormat.prefix', { barcodeFormat: { prefix: 'a\u0000' } }, 'printable characters'],
    ['barcodeFormat.suffix', { barcodeFormat: { suffix: 'x'.repeat(201) } }, 'at most 200'],
    ['force', { force: '1;2' }, 'separated by commas'],
    ['skip', { skip: ',' }, 'separated by commas'],
    ['shipmentModes', { shipmentModes: ['MOBILE'] }, 'a schedule of inject-tickets without it'],
    ['dateFrom', { dateFrom: '01/08/26 10:00' }, 'a schedule of inject-tickets without it'],
    ['notifySpectator', { notifySpectator: true }, 'a schedule of inject-tickets without it'],
    ['every', { every: '5' }, 'from 5s to 31d'],
    ['every', { every: '0m' }, 'from 5s to 31d'],
    ['every', { every: '4s' }, 'from 5s to 31d'],
    ['every', { every: '32d' }, 'from 5s to 31d'],
    ['every', { every: '5m', cron: '* * * * *' }, 'one of the two'],
    ['cron', { cron: '* * * *' }, 'five parts'],
    ['start', { start: '01.08.2026' }, 'an ISO 8601 time'],
    ['end', { end: '2026-02-30T00:00' }, 'an ISO 8601 time'],
    ['end', { start: '2026-08-01T00:00', end: '2026-08-01T00:00' }, 'a time after start'],
    ['end', { start: '2026-08-01T02:00:00+02:00', end: '2026-08-01T00:00:00Z' }, 'a time after start'],
    ['every', { launch: 'MANUAL', every: '5m' }, 'nothing, as launch is MANUAL'],
    ['cron', { launch: 'MANUAL', cron: '* * * * *' }, 'nothing, as launch is MANUAL'],
    ['start', { launch: 'MANUAL', start: '2026-08-01T00:00' }, 'nothing, as launch is MANUAL'],
    ['end', { launch: 'MANUAL', end: '2026-08-01T00:00' }, 'nothing, as launch is MANUAL'],
  ])('%s %j', (field, change, allowed) => {
    const problems = problemsOf({ ...WRITTEN, ...change });
    const told = problems.filter((problem) => problem.field === field).map((problem) => problem.allowed);
    expect(told.some((text) => text.includes(allowed))).toBe(true);
  });

  test.each<[field: string, written: WrittenSchedule]>([
    ['fileNumber', { ...WRITTEN, fileNumber: 'F-1' }],
    ['filters.saleDateFrom', { ...WRITTEN, filters: { saleDateFrom: '2026-02-30' } }],
    ['filters.saleDateTo', { ...WRITTEN, filters: { saleDateFrom: '2026-02-02', saleDateTo: '2026-02-01' } }],
  ])('%s of a field or filter that comes later too', (field, written) => {
    expect(problemsOf(written).filter((problem) => !problem.found.includes('not available'))).toContainEqual(
      expect.objectContaining({ field }),
    );
  });

  test.each<[field: string, parts: ScheduleParts]>([
    ['shipmentModes', { shipmentModes: [] }],
    ['dateFrom', { dateFrom: '31/02/26 10:00' }],
    ['dateFrom', { dateFrom: '2026-08-01' }],
  ])('%s of no function yet', (field, parts) => {
    expect(checkSchedule(parts).map((problem) => problem.field)).toContain(field);
    expect(checkSchedule({ shipmentModes: ['MOBILE'], dateFrom: '29/02/28 23:59' })).toEqual([]);
  });

  test.each<[field: string, name: SyncFunction, written: ScheduleParts]>([
    ['pointOfSales', 'push-cancelled', { pointOfSales: 'WEB;W1' }],
    ['barcodeFormat', 'inject-privileges', { barcodeFormat: {} }],
    ['mainApplicant', 'inject-privileges', { mainApplicant: false }],
    ['force', 'retrieve-status', { force: '1' }],
    ['simulation', 'retrieve-status', { simulation: true }],
  ])('%s is no field of %s', (field, name, written) => {
    expect(checkFieldOwners(name, written)).toMatchObject([{ field }]);
  });

  test.each<[field: string, name: SyncFunction]>([
    ['shipmentModes', 'push-cancelled'],
    ['pointOfSales', 'inject-tickets'],
    ['filters.product', 'inject-privileges'],
  ])('%s is a field that %s must have', (field, name) => {
    expect(checkRequiredFields(name, {}).map((problem) => problem.field)).toContain(field);
  });

  test('of a function that comes later only that is said: no other change would make the file one that can be applied', () => {
    const problems = problemsOf({ ...CANCELLED, shipmentModes: undefined, pointOfSales: 'x', batchSize: 0 });
    expect(problems).toEqual([
      {
        field: 'function',
        found: '"push-cancelled", which is not available in this version',
        allowed: 'inject-tickets or retrieve-status',
      },
    ]);
  });

  test('a field that only other functions take is told once, whatever stands in it', () => {
    const problems = problemsOf({ ...WRITTEN, shipmentModes: ['', ' '], dateFrom: 'x' });
    expect(problems.map(({ field }) => field)).toEqual(['shipmentModes', 'dateFrom']);
  });

  test('without function and launch everything else is judged', () => {
    const parts = { name: '', every: 'x', batchSize: 0, pointOfSales: 'x', filters: { product: [''] }, force: ',' };
    const fields = checkSchedule(parts).map(({ field }) => field);
    expect(new Set(fields)).toEqual(
      new Set(['name', 'every', 'batchSize', 'pointOfSales', 'filters.product[0]', 'force']),
    );
  });

  test('all of them at once', () => {
    const fields = problemsOf({ ...WRITTEN, name: '', batchSize: -1, every: 'x', pointOfSales: 'x', skip: ',' }).map(
      ({ field }) => field,
    );
    expect(new Set(fields)).toEqual(new Set(['name', 'batchSize', 'every', 'pointOfSales', 'skip']));
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

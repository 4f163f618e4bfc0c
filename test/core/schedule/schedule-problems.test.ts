import { checkSchedule } from '../../../core/schedule/parse-schedule';
import { checkFieldOwners, checkRequiredFields } from '../../../core/schedule/field-owners';
import type { ScheduleParts, SyncFunction, WrittenSchedule } from '../../../core/schedule/written-schedule';
import { CANCELLED, problemsOf, WRITTEN } from './schedule-samples';

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

  test('beside a function that comes later everything is told that is wrong in any schedule, and nothing that goes or comes with another function', () => {
    const parts = { name: 'x y', pointOfSales: 'x', batchSize: 0, launch: 'AUTOMATIC', every: '1s' } as const;
    const problems = problemsOf({ ...CANCELLED, ...parts, shipmentModes: [], dateFrom: 'x' });
    expect(problems[0]).toEqual({
      field: 'function',
      found: '"push-cancelled", which is not available in this version',
      allowed: 'inject-tickets or retrieve-status',
    });
    expect(problems.map(({ field }) => field)).toEqual(['function', 'name', 'batchSize', 'every', 'pointOfSales']);
    expect(problemsOf({ ...CANCELLED, shipmentModes: undefined })).toHaveLength(1);
  });

  test('an interval beside cron is judged as well: it may be the one of the two that stays', () => {
    const allowed = problemsOf({ ...WRITTEN, every: '1s', cron: '* * * * *' }).map((problem) => problem.allowed);
    expect(allowed).toEqual(['one of the two', expect.stringContaining('from 5s to 31d')]);
    expect(problemsOf({ ...WRITTEN, every: '5m', cron: '* * * * *' })).toHaveLength(1);
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

import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { formatInstant, isDate, isTimeZone, parseInstant, parseLocalTime, readTime } from '../../../core/time/instants';

const BERLIN = 'Europe/Berlin';

function inBerlin(text: string): string | undefined {
  const instant = parseLocalTime(text, BERLIN);
  return instant === undefined ? undefined : formatInstant(instant, BERLIN);
}

describe('a local time becomes an instant', () => {
  test.each<[rule: string, local: string, expected: string]>([
    ['in summer', '2026-07-14T21:00', '2026-07-14T21:00:00+02:00'],
    ['in winter', '2026-01-14 21:00:30', '2026-01-14T21:00:30+01:00'],
    ['the last second before the gap stays', '2026-03-29T01:59:59', '2026-03-29T01:59:59+01:00'],
    ['in the gap it moves forward by the gap', '2026-03-29T02:30', '2026-03-29T03:30:00+02:00'],
    ['at the end of the gap it stays', '2026-03-29T03:00', '2026-03-29T03:00:00+02:00'],
    ['an ambiguous one is the earlier', '2026-10-25T02:30', '2026-10-25T02:30:00+02:00'],
    ['after the ambiguous hour there is one again', '2026-10-25T03:00', '2026-10-25T03:00:00+01:00'],
  ])('%s', (_rule, local, expected) => {
    expect(inBerlin(local)).toBe(expected);
  });

  test('a gap of a whole day (Samoa 2011) moves forward by a day', () => {
    const instant = parseLocalTime('2011-12-30T10:00', 'Pacific/Apia');
    expect(instant && formatInstant(instant, 'Pacific/Apia')).toBe('2011-12-31T10:00:00+14:00');
  });

  test.each([
    '2026-02-29T10:00',
    '2026-07-14',
    '2026-07-14T25:00',
    '2026-07-14T10:00Z',
    '2026-07-14T10:00[UTC]',
    '14.07.2026 10:00',
    '',
  ])('not a local time: %s', (text) => {
    expect(inBerlin(text)).toBeUndefined();
  });

  test('an unknown zone gives nothing', () => {
    expect(parseLocalTime('2026-07-14T21:00', 'Europe/Atlantis')).toBeUndefined();
  });
});

describe('an instant with an offset', () => {
  test.each<[text: string, expected: string]>([
    ['2026-07-14T19:00:00Z', '2026-07-14T21:00:00+02:00'],
    ['2026-07-14T19:00Z', '2026-07-14T21:00:00+02:00'],
    ['2026-07-14 19:00:00+00', '2026-07-14T21:00:00+02:00'],
    ['2026-07-14T15:00:00.999-0400', '2026-07-14T21:00:00+02:00'],
  ])('%s', (text, expected) => {
    const instant = parseInstant(text);
    expect(instant && formatInstant(instant, BERLIN)).toBe(expected);
  });

  test.each([
    '2026-07-14T19:00:00',
    '2026-02-30T19:00:00Z',
    '2026-07-14T19:00:60Z',
    '2026-07-14',
    '+002026-07-14T19:00:00Z',
    '2026-07-14T19:00Z[UTC]',
    '',
  ])('is refused: %s', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  test('before standard time the offset had seconds, which RFC 3339 has not: written in UTC', () => {
    const instant = parseInstant('1850-01-01T00:00:00Z');
    expect(instant && formatInstant(instant, BERLIN)).toBe('1850-01-01T00:00:00Z');
  });
});

test('whatever the zone, what is written is the same instant', () => {
  const zones = ['Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Apia', 'Africa/Monrovia', 'UTC'];
  const seconds = fc.integer({ min: -5_000_000_000, max: 200_000_000_000 });
  fc.assert(
    fc.property(seconds, fc.constantFrom(...zones), (epochSeconds, zone) => {
      const text = new Date(epochSeconds * 1000).toISOString();
      const instant = parseInstant(text);
      expect(instant && Date.parse(formatInstant(instant, zone))).toBe(epochSeconds * 1000);
    }),
  );
});

describe('a time has the offset of its zone, also on the days when that changes', () => {
  const zones = ['Europe/Berlin', 'Australia/Lord_Howe', 'America/St_Johns', 'Pacific/Apia', 'Asia/Kathmandu', 'UTC'];
  const anyTime = fc.integer({ min: 0, max: 4_000_000_000 });
  // Around the changes of Berlin, Lord Howe and St. John's of 2026.
  const change = fc.constantFrom(1_774_746_000, 1_792_890_000, 1_775_314_800, 1_791_041_400, 1_772_944_200);
  const nearChange = fc.tuple(change, fc.integer({ min: -172_800, max: 172_800 })).map(([at, by]) => at + by);

  test.each([
    ['any time', anyTime],
    ['near a change', nearChange],
  ])('%s', (_what, seconds) => {
    fc.assert(
      fc.property(seconds, fc.constantFrom(...zones), (epochSeconds, zone) => {
        const instant = Temporal.Instant.fromEpochMilliseconds(epochSeconds * 1000 + 999);
        const expected = instant.toZonedDateTimeISO(zone).toString({ smallestUnit: 'second', timeZoneName: 'never' });
        expect(formatInstant(instant, zone)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['1972-12-31T23:59:59Z', '1973-01-01T00:59:59+01:00'],
    ['1973-01-01T00:00:00Z', '1973-01-01T01:00:00+01:00'],
    ['9999-12-31T22:59:59Z', '9999-12-31T23:59:59+01:00'],
    ['9999-12-31T23:00:00Z', '+010000-01-01T00:00:00+01:00'],
  ])('%s', (text, expected) => {
    const instant = parseInstant(text);
    expect(instant && formatInstant(instant, BERLIN)).toBe(expected);
  });
});

test.each(['2026-02-29T10:00:00Z', '2026-13-01T10:00:00Z', '2026-01-01T24:00:00Z', '2026-01-01T10:60:00.000Z'])(
  'no real time, in the form that most times have: %s',
  (text) => {
    expect(parseInstant(text)).toBeUndefined();
  },
);

test.each([
  ['Europe/Berlin', true],
  ['UTC', true],
  ['Europe/Atlantis', false],
  ['+02:00', false],
  ['', false],
  ['Europe/Berlin ', false],
])('time zone %j: %s', (name, expected) => {
  expect(isTimeZone(name)).toBe(expected);
});

test.each([
  ['2024-02-29', true],
  ['2000-02-29', true],
  ['1900-02-29', false],
  ['2025-02-29', false],
  ['2025-04-31', false],
  ['2025-12-31', true],
  ['2025-01-00', false],
  ['2025-00-01', false],
  ['2025-13-01', false],
  ['25-01-01', false],
  ['2025-01-01T00:00', false],
])('day %s: %s', (text, expected) => {
  expect(isDate(text)).toBe(expected);
});

describe('a time that an operator wrote', () => {
  test('without an offset is on the wall clock of the zone, with one it is what it says', () => {
    expect(readTime('2026-07-14T21:00', BERLIN)?.toString()).toBe('2026-07-14T19:00:00Z');
    expect(readTime('2026-07-14T21:00:00Z', BERLIN)?.toString()).toBe('2026-07-14T21:00:00Z');
    expect(readTime('tomorrow', BERLIN)).toBeUndefined();
  });
});

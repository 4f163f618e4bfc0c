import { toEventTimes, type EventTimeSources } from '../../../core/time/event-times';
import { parseInstant } from '../../../core/time/instants';

const START = parseInstant('2026-07-14T19:00:00Z');
const VALID_FROM = parseInstant('2026-07-01T00:00:00Z');
const VALID_TO = parseInstant('2026-07-31T00:00:00Z');

// domain.md 5.4, column "when absent".
test.each<[rule: string, performance: Partial<EventTimeSources>, expected: readonly (string | undefined)[]]>([
  [
    'the performance, with its duration',
    { startsAt: START, durationMinutes: 105 },
    ['2026-07-14T19:00:00Z', '2026-07-14T20:45:00Z'],
  ],
  ['24 hours when it has none', { startsAt: START }, ['2026-07-14T19:00:00Z', '2026-07-15T19:00:00Z']],
  [
    'the validity of the ticket without a performance',
    { durationMinutes: 105 },
    ['2026-07-01T00:00:00Z', '2026-07-31T00:00:00Z'],
  ],
])('%s', (_rule, performance, expected) => {
  const none = { startsAt: undefined, durationMinutes: undefined };
  const times = toEventTimes({ ...none, ...performance, validFrom: VALID_FROM, validTo: VALID_TO });
  expect([times.start?.toString(), times.expiration?.toString()]).toEqual(expected);
});

test('nothing known gives nothing', () => {
  expect(
    toEventTimes({ startsAt: undefined, durationMinutes: undefined, validFrom: undefined, validTo: undefined }),
  ).toEqual({ start: undefined, expiration: undefined });
});

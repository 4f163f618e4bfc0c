import { toEventTimes } from '../../../core/time/event-times';
import { parseInstant } from '../../../core/time/instants';

const START = parseInstant('2026-07-14T19:00:00Z');
const VALID_FROM = parseInstant('2026-07-01T00:00:00Z');
const VALID_TO = parseInstant('2026-07-31T00:00:00Z');

// domain.md 5.4, column "when absent".
test.each<[rule: string, startsAt: typeof START, minutes: number | undefined, start?: string, expiration?: string]>([
  ['the performance, with its duration', START, 105, '2026-07-14T19:00:00Z', '2026-07-14T20:45:00Z'],
  ['24 hours when it has none', START, undefined, '2026-07-14T19:00:00Z', '2026-07-15T19:00:00Z'],
  ['the validity of the ticket without a performance', undefined, 105, '2026-07-01T00:00:00Z', '2026-07-31T00:00:00Z'],
])('%s', (_rule, startsAt, durationMinutes, start, expiration) => {
  const times = toEventTimes({ startsAt, durationMinutes, validFrom: VALID_FROM, validTo: VALID_TO });
  expect([times.start?.toString(), times.expiration?.toString()]).toEqual([start, expiration]);
});

test('nothing known gives nothing', () => {
  expect(
    toEventTimes({ startsAt: undefined, durationMinutes: undefined, validFrom: undefined, validTo: undefined }),
  ).toEqual({ start: undefined, expiration: undefined });
});

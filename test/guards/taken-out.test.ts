import { announceStatement } from '../../db/queries/push/announce-statement';
import { announcement, repeatedWhenOver, slotToken } from '../faults/helpers/without';

// The files `without-...` of the fault tests say it too, but run for minutes, and not with the other tests.
test.each(
  Object.entries({ announcement, slotToken, repeatedWhenOver }).flatMap(([name, parts]) =>
    parts.map(({ part }): [string, string] => [name, part]),
  ),
)('what a fault test takes out of the announcement stands in it: %s', (_name, part) => {
  expect(announceStatement.text).toContain(part);
});

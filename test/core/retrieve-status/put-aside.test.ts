import { isWritten, type PutAsideStand } from '../../../core/retrieve-status/put-aside';
import { nothingWrong, type PutAsideReason } from '../../../core/retrieve-status/wallet-record';

const record = (reason: PutAsideReason, problem = 'path') => ({
  identity: 'change 1 of ticket 1',
  ticketId: '1',
  reason,
  problem,
  json: '{}',
});
const kept = record('SKIPPED', nothingWrong);
const keptBroken = record('SKIPPED');

test.each<[string, ReturnType<typeof record>, readonly PutAsideStand[]]>([
  ['one that could be applied replaces whatever cannot', kept, ['known', 'keptBroken']],
  ['one of a skipped ticket that cannot be applied replaces nothing', keptBroken, []],
  [
    'one that cannot be applied tells why a broken one of a skipped ticket was put aside',
    record('INVALID'),
    ['keptBroken'],
  ],
  ['one of a ticket that is unknown again replaces what was kept', record('UNKNOWN_TICKET'), ['kept', 'keptBroken']],
])('of an identity that is there already %s, and nothing that was dropped', (_, given, replaced) => {
  const stands = ['known', 'kept', 'keptBroken', 'dropped'] as const;
  expect(stands.filter((stand) => isWritten(given, stand))).toEqual(replaced);
  expect(isWritten(given, undefined)).toBe(true);
});

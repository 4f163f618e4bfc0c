import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDueTickets } from '../../local/demo/due';
import { parseDemoOptions } from '../../local/demo/options';
import { listLasting } from '../../local/demo/result';
import { toAlignedTable } from '../../local/demo/screen';
import { writeSeason } from '../../local/season';
import { countDue } from '../../local/season/season';

test('what is due is read from the files: every ticket that waits, none that was invalidated, in the order of the ids', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tixngo-due-'));
  try {
    const season = { seed: 3, tickets: 700 };
    const due = await readDueTickets(await writeSeason(folder, season));
    const counts = countDue(season);
    expect(due).toHaveLength(counts.all);
    const ids = due.map(({ ticketId }) => Number(ticketId));
    expect(ids).toEqual([...new Set(ids)].sort((left, right) => left - right));
    for (const [organization, tickets] of counts.byOrganization) {
      expect(due.filter((ticket) => ticket.organization === organization)).toHaveLength(tickets);
    }
    expect(due.every(({ ownerEmail, barcode }) => ownerEmail.includes('@') && barcode.startsWith('EU24'))).toBe(true);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the demo sends 2,000 tickets of one season unless told otherwise', () => {
  expect(parseDemoOptions([])).toEqual({ tickets: 2000, seed: 2024 });
  expect(parseDemoOptions(['--tickets', '200', '--seed', '7'])).toEqual({ tickets: 200, seed: 7 });
  expect(parseDemoOptions(['--help'])).toBeUndefined();
});

test.each([
  [['--tickets', '19'], /--tickets 19: allowed is 20 to/],
  [['--tickets', '2000001'], /--tickets 2000001: allowed/],
  [['--tickets', 'many'], /--tickets many: a whole number/],
  [['--seed', '-1'], /seed/],
  [['--fast'], /fast/],
  [['extra'], /extra/],
])('the options %j are refused with the reason', (args, reason) => {
  expect(() => parseDemoOptions(args)).toThrow(reason);
});

test('the address of the Temporal UI is told only where the demo stays up', () => {
  const temporalUiUrl = 'http://127.0.0.1:8233';
  expect(listLasting({ temporalUiUrl }, true)).toEqual([temporalUiUrl]);
  expect(listLasting({ temporalUiUrl }, false)).toEqual([]);
  expect(listLasting({}, true)).toEqual([]);
});

test('a table stands in columns, numbers to the right, whatever its colours', () => {
  const rows = [
    ['short', 7, '\u001b[32mOK\u001b[39m', 'x'],
    ['a longer one', 19_500, 'ERROR', 'y'],
  ];
  expect(toAlignedTable(['what', 'n', 'outcome', 'end'], rows, (text) => text)).toBe(
    [
      '  what                n   outcome   end',
      '  short               7   \u001b[32mOK\u001b[39m        x',
      '  a longer one   19,500   ERROR     y',
    ].join('\n'),
  );
});

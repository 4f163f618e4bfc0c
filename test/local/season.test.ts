import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { isCatalogueKind, catalogueColumns, checkCatalogueRow } from '../../core/import/catalogue-columns';
import { checkContactRow, contactColumns } from '../../core/import/contact-columns';
import { checkTicketRow, ticketColumns } from '../../core/import/ticket-columns';
import { canaries, CLUB, countDue, generateSeason, HOST, MOST_TICKETS, writeSeason } from '../../local/season';
import { MATCHES, STADIUMS } from '../../local/season/euro-2024';

const SEASON = { seed: 1, tickets: 10_400 };

type Row = Readonly<Record<string, string>>;

function readCsv(blocks: Iterable<string>): readonly Row[] {
  return parse<Row>([...blocks].join(''), { columns: true });
}

const season = generateSeason(SEASON);
const tickets = readCsv(season.tickets());
const contacts = readCsv(season.contacts());
const catalogue = [...season.catalogue()].map((line) => toRow(line));

function hash(seed: number, count: number): string {
  const made = generateSeason({ seed, tickets: count });
  const digest = createHash('sha256');
  for (const block of [...made.catalogue(), ...made.contacts(), ...made.tickets()]) digest.update(block);
  return digest.digest('hex');
}

test('the same seed gives the same bytes, another seed others', () => {
  expect(hash(5, 500)).toBe(hash(5, 500));
  expect(hash(6, 500)).not.toBe(hash(5, 500));
});

test('a longer season begins with the same tickets', () => {
  const [short, long] = [100, 1_000].map((count) =>
    [...generateSeason({ seed: 5, tickets: count }).tickets()].join(''),
  );
  expect(long?.startsWith(short ?? '?')).toBe(true);
});

test('every row is one that the import takes', () => {
  const problems = [
    ...tickets.flatMap((row) => checkTicketRow(ticketColumns.map(({ name }) => row[name])).problems),
    ...contacts.flatMap((row) => checkContactRow(contactColumns.map(({ name }) => row[name])).problems),
    ...catalogue.flatMap((row) => {
      if (!isCatalogueKind(row.kind)) return [{ reason: `not a kind: ${String(row.kind)}` }];
      const cells = catalogueColumns[row.kind].map(({ name }) => toCell(row[name]));
      return checkCatalogueRow(row.kind, cells).problems;
    }),
  ];
  expect(problems).toEqual([]);
});

test('the tournament is whole: ten stadiums, 51 matches, each team of a group meets the three others once', () => {
  expect(STADIUMS).toHaveLength(10);
  expect(MATCHES.map(({ number }) => number)).toEqual(Array.from({ length: 51 }, (_, index) => index + 1));
  const used = new Set(MATCHES.map(({ stadium }) => stadium));
  expect([...used].sort()).toEqual(STADIUMS.map(({ code }) => code).sort());
  const groups = groupBy(MATCHES.slice(0, 36), ({ round }) => round);
  expect([...groups.keys()].sort()).toEqual(['A', 'B', 'C', 'D', 'E', 'F'].map((letter) => `Group ${letter}`));
  for (const matches of groups.values()) {
    const pairs = new Set(matches.map(({ home, away }) => [home, away].sort().join()));
    expect(pairs.size).toBe(6);
    expect(new Set(matches.flatMap(({ home, away }) => [home, away])).size).toBe(4);
  }
  const rounds = groupBy(MATCHES.slice(36), ({ round }) => round);
  expect([...rounds].map(([round, matches]) => [round, matches.length])).toEqual([
    ['Round of 16', 8],
    ['Quarter-finals', 4],
    ['Semi-finals', 2],
    ['Final', 1],
  ]);
});

test('who plays a knock-out match came through the round before', () => {
  const playing = ([from, to]: readonly [number, number]) =>
    new Set(MATCHES.slice(from, to).flatMap(({ home, away }) => [home, away]));
  for (const [round, last] of [
    [
      [36, 44],
      [0, 36],
    ],
    [
      [44, 48],
      [36, 44],
    ],
    [
      [48, 50],
      [44, 48],
    ],
    [
      [50, 51],
      [48, 50],
    ],
  ] as const) {
    const teams = playing(round);
    expect(teams.size).toBe((round[1] - round[0]) * 2);
    for (const team of teams) expect(playing(last)).toContain(team);
  }
});

test('no stadium has two matches in three hours, and kick-offs carry the venue’s offset', () => {
  const performances = catalogue.filter(({ kind, organization }) => kind === 'performance' && organization === HOST);
  const byPlace = groupBy(performances, ({ site }) => site);
  for (const matches of byPlace.values()) {
    const times = matches.map(({ startsAt }) => Date.parse(startsAt ?? '')).sort((one, other) => one - other);
    times.forEach((time, index) => {
      if (index > 0) expect(time - (times[index - 1] ?? 0)).toBeGreaterThan(3 * 3_600_000);
    });
  }
  const final = performances.at(-1);
  expect(final).toMatchObject({ name: 'Spain - England', site: 'BER', startsAt: '2024-07-14T21:00:00+02:00' });
});

test('a seat is sold once per match, but to the ticket that replaces another', () => {
  const seats = tickets
    .filter(({ status, performance }) => status === 'NOT_PRINTED' && performance !== '')
    .map(({ performance, block, row, seat }) => [performance, block, row, seat].join());
  expect(new Set(seats).size).toBe(seats.length);
  const byId = new Map(tickets.map((row) => [row.id, row]));
  const replacements = tickets.filter(({ replacesTicket }) => replacesTicket !== '');
  const chains = replacements.filter(({ replacesTicket }) => byId.get(replacesTicket)?.replacesTicket !== '');
  expect([replacements.length, chains.length].map((count) => count > 20)).toEqual([true, true]);
  for (const ticket of replacements) {
    const { organization, performance, block, row, seat } = ticket;
    expect(byId.get(ticket.replacesTicket)).toMatchObject({
      status: 'INVALIDATED',
      organization,
      performance,
      block,
      row,
      seat,
    });
  }
});

test('more seats than a stadium has are never sold, with as many tickets as may be', () => {
  const smallest = Math.min(...STADIUMS.map(({ capacity }) => capacity));
  expect(MOST_TICKETS / (MATCHES.length + 1)).toBeLessThan(smallest);
});

test('numbers and barcodes are unique, orders belong to one purchaser, and some tickets are attended by somebody else', () => {
  for (const column of ['id', 'ticketNumber', 'barcode']) {
    expect(new Set(tickets.map((row) => row[column])).size).toBe(tickets.length);
  }
  for (const order of groupBy(tickets, ({ fileId }) => fileId).values()) {
    expect(new Set(order.map(({ purchaser }) => purchaser)).size).toBe(1);
  }
  const others = tickets.filter(({ purchaser, culturalContact }) => purchaser !== culturalContact).length;
  expect(others / tickets.length).toBeCloseTo(0.4);
});

test('every contact named by a ticket is there', () => {
  const ids = new Set(contacts.map(({ id }) => id));
  const named = tickets.flatMap(({ purchaser, culturalContact, beneficiary }) => [
    purchaser,
    culturalContact,
    beneficiary,
  ]);
  expect(named.filter((id) => id !== '' && !ids.has(id ?? ''))).toEqual([]);
});

test('people have names in many scripts, and addresses that reach nobody', () => {
  const names = contacts.map(({ firstName, lastName }) => `${firstName ?? ''}${lastName ?? ''}`).join('');
  for (const script of ['Latin', 'Cyrillic', 'Greek', 'Georgian', 'Arabic', 'Hebrew', 'Armenian', 'Han', 'Hangul']) {
    expect([script, new RegExp(`\\p{Script=${script}}`, 'u').test(names)]).toEqual([script, true]);
  }
  const emails = contacts.map(({ email }) => email ?? '');
  expect(
    emails.filter((email) => !/^[a-z.]+\.\d+@example\.(?:org|com|net)$/.test(email) || email.includes('..')),
  ).toEqual([]);
  expect(new Set(emails).size).toBe(emails.length);
  expect(contacts.filter(({ mobilePhone }) => !/^\+447700900\d{3}$/.test(mobilePhone ?? ''))).toEqual([]);
});

test('two organizations sell, and what is due is counted as it is', () => {
  const due = tickets.filter(({ status }) => status === 'NOT_PRINTED');
  const byOrganization = groupBy(due, ({ organization }) => organization);
  expect(countDue(SEASON)).toEqual({
    all: due.length,
    byOrganization: new Map([...byOrganization].map(([organization, rows]) => [organization, rows.length])),
  });
  expect([...byOrganization.keys()].sort()).toEqual([HOST, CLUB].sort());
  expect(due.length).toBeLessThan(tickets.length);
  expect(countDue({ ...SEASON, due: 'all' }).all).toBe(SEASON.tickets);
});

test('canaries stand in the season, and none is short enough to stand elsewhere by chance', () => {
  const text = [...season.contacts(), ...season.tickets()].join('');
  const found = canaries(SEASON, 50);
  expect(found.length).toBeGreaterThan(150);
  expect(found.filter((canary) => !canary.split(' ').every((part) => text.includes(part)))).toEqual([]);
  expect(found.filter((canary) => canary.length < 4)).toEqual([]);
});

test('the files hold what is generated', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'season-test-'));
  try {
    const files = await writeSeason(join(folder, 'new'), { seed: 1, tickets: 100 });
    const made = generateSeason({ seed: 1, tickets: 100 });
    expect(readFileSync(files.tickets, 'utf8')).toBe([...made.tickets()].join(''));
    expect(readFileSync(files.contacts, 'utf8')).toBe([...made.contacts()].join(''));
    expect(readFileSync(files.catalogue, 'utf8')).toBe([...made.catalogue()].join(''));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

test.each([
  ['no tickets', { seed: 1, tickets: 0 }],
  ['too many', { seed: 1, tickets: MOST_TICKETS + 1 }],
  ['a seed that is no whole number', { seed: 0.5, tickets: 1 }],
])('%s is refused', (_, options) => {
  expect(() => generateSeason(options)).toThrow(RangeError);
});

function toCell(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function toRow(line: string): Row {
  const row: unknown = JSON.parse(line);
  if (!isRow(row)) throw new Error('Not a line of a catalogue');
  return row;
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

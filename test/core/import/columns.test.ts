import { catalogueColumns, CATALOGUE_KINDS, checkCatalogueRow } from '../../../core/import/catalogue-columns';
import { readHeader } from '../../../core/import/columns';
import { checkContactRow, contactColumns } from '../../../core/import/contact-columns';
import { checkTicketRow, ticketColumns } from '../../../core/import/ticket-columns';

const GOOD: Readonly<Record<string, string>> = {
  id: '12',
  organization: 'FCX',
  ticketNumber: '12300123',
  product: 'LEAGUE',
  price: '45.50',
  currency: 'EUR',
};

function checkTicket(changes: Readonly<Record<string, string>>) {
  const row: Readonly<Record<string, string>> = { ...GOOD, ...changes };
  const { values, problems } = checkTicketRow(ticketColumns.map((rule) => row[rule.name]));
  return { stored: Object.fromEntries(ticketColumns.map((rule, index) => [rule.column, values[index]])), problems };
}

test('a row with the mandatory cells only is good, and every other cell is empty', () => {
  const { stored, problems } = checkTicket({});
  expect(problems).toEqual([]);
  expect(Object.entries(stored).filter(([, value]) => value !== null)).toEqual([
    ['id', '12'],
    ['organization', 'FCX'],
    ['ticket_number', '12300123'],
    ['product', 'LEAGUE'],
    ['price', '45.50'],
    ['currency', 'EUR'],
  ]);
});

test('cells are trimmed, and blanks are nothing', () => {
  const { stored, problems } = checkTicket({ organization: '  FCX\t', gate: '   ' });
  expect(problems).toEqual([]);
  expect(stored).toMatchObject({ organization: 'FCX', gate: null });
});

test.each(Object.keys(GOOD))('%s is mandatory', (name) => {
  expect(checkTicket({ [name]: ' ' }).problems).toEqual([{ column: name, reason: `${name} is mandatory and empty` }]);
});

test('all problems of a row are told, each with its column', () => {
  const { problems } = checkTicket({ id: 'x', price: '1,5', status: 'SOLD', soldAt: 'yesterday', product: '' });
  expect(problems.map((problem) => problem.column)).toEqual(['id', 'status', 'product', 'price', 'soldAt']);
});

test.each([
  [
    'a validity that ends before it begins',
    { validFrom: '2024-06-14T21:00:00Z', validTo: '2024-06-14T20:00:00Z' },
    'validTo',
  ],
  ['a validity without length', { validFrom: '2024-06-14T21:00:00Z', validTo: '2024-06-14T23:00:00+02:00' }, 'validTo'],
  ['a ticket that replaces itself', { replacesTicket: '012' }, 'replacesTicket'],
])('%s is refused', (_, changes, column) => {
  expect(checkTicket(changes).problems.map((problem) => problem.column)).toEqual([column]);
});

test('a validity that differs by half a second is in order', () => {
  expect(checkTicket({ validFrom: '2024-06-14T21:00:00Z', validTo: '2024-06-14T21:00:00.5Z' }).problems).toEqual([]);
});

test('no reason repeats what stood in the cell', () => {
  const canary = 'Ōtānis-Křížová-ΩΩΩ';
  const cells = new Array<string>(40).fill(`${canary}@example.org`);
  const checks = [
    checkTicketRow(cells),
    checkContactRow(cells),
    ...CATALOGUE_KINDS.map((kind) => checkCatalogueRow(kind, cells)),
  ];
  const problems = checks.flatMap((check) => check.problems);
  expect(problems.length).toBeGreaterThan(30);
  expect(JSON.stringify(problems)).not.toContain('Ω');
  const header = readHeader(contactColumns, [canary, 'id']);
  expect(JSON.stringify(header)).not.toContain('Ω');
});

test('a header gives the place of each column, in any order', () => {
  expect(readHeader(contactColumns, ['email', ' id ']).slice(0, 6)).toEqual([
    1,
    undefined,
    undefined,
    undefined,
    undefined,
    0,
  ]);
});

test('a header names every column that is unknown, missing or there twice', () => {
  const names = ['organization', 'ticketNumber', 'product', 'price', 'price', 'id', 'tax'];
  expect(readHeader(ticketColumns, names)).toEqual([
    {
      reason: `the header has an unknown name in column 7; known are ${ticketColumns.map(({ name }) => name).join(', ')}`,
    },
    { column: 'price', reason: 'price stands twice in the header' },
    { column: 'currency', reason: 'currency is mandatory and missing in the header' },
  ]);
});

test('a mistyped name of a header is told once, with what was meant, and the known names are listed once', () => {
  const names = ['id', 'organisation', 'ticketNumbr', 'product', 'price', 'currency', 'colour', 'Ωmega'];
  const known = ticketColumns.map(({ name }) => name).join(', ');
  expect(readHeader(ticketColumns, names)).toEqual([
    { reason: 'the header has an unknown name in column 2; did you mean organization?' },
    { reason: 'the header has an unknown name in column 3; did you mean ticketNumber?' },
    { reason: `the header has unknown names in columns 7, 8; known are ${known}` },
  ]);
});

test('a first line without any known name is one mistake: it is no header', () => {
  const problems = readHeader(contactColumns, ['7', 'Ana', 'Ruiz']);
  expect(problems).toHaveLength(1);
  expect(JSON.stringify(problems)).toMatch(
    /the first line is no header: .* Mandatory are id; allowed are title, gender,/,
  );
});

describe('catalogue', () => {
  const check = (kind: 'season' | 'product' | 'site', row: Readonly<Record<string, string>>) =>
    checkCatalogueRow(
      kind,
      catalogueColumns[kind].map((rule) => row[rule.name]),
    ).problems.map(({ column }) => column);
  const product = { organization: 'FCX', code: 'P', name: 'P', family: 'COMPETITION' };

  test('a season must end after it starts', () => {
    const season = {
      organization: 'FCX',
      code: 'S',
      name: 'S',
      startsAt: '2024-01-01T00:00:00Z',
      endsAt: '2024-01-01T00:00:00Z',
    };
    expect(check('season', season)).toEqual(['endsAt']);
    expect(check('season', { ...season, endsAt: '2024-01-01T00:00:00.1Z' })).toEqual([]);
  });

  test.each([
    ['nameTranslations', '{"en":"Final","fr":"Finale"}', true],
    ['nameTranslations', '{"english":"Final"}', false],
    ['nameTranslations', '{"en":1}', false],
    ['nameTranslations', '[]', false],
    ['metadata', '[{"key":"EVENT_SCHEDULE","value":"x"}]', true],
    ['metadata', '[{"key":"EVENT_SCHEDULE"}]', false],
    ['metadata', '{}', false],
    ['transferRules', '{"allowTransfer":true,"assignTransferLimit":-1,"groupId":"G"}', true],
    ['transferRules', '{"allowTransfer":"yes"}', false],
    ['transferRules', '{"assignTransferLimit":-2}', false],
    ['transferRules', '{"allowTransfers":true}', false],
    ['comfortVariables', '{"TIXStart":"-3h"}', true],
    ['comfortVariables', '{"TIXStart":3}', false],
    ['comfortVariables', 'null', false],
  ])('%s %s is good: %j', (column, json, good) => {
    expect(check('product', { ...product, [column]: json })).toEqual(good ? [] : [column]);
  });

  test('a time zone must be an IANA name', () => {
    const site = { organization: 'FCX', code: 'S', name: 'S', timeZone: 'CET+1' };
    expect(check('site', site)).toEqual(['timeZone']);
  });
});

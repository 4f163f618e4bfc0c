import { CATALOGUE, lines, openImportFixture, textLike, type ImportFixture } from './import-fixture';

let fixture: ImportFixture;

beforeEach(async () => {
  fixture = await openImportFixture('import-catalogue');
});
afterEach(() => fixture.close());

const load = (...rows: readonly object[]) =>
  fixture.load('catalogue', lines(...rows.map((row) => JSON.stringify(row))));
const FCX = { kind: 'organization', code: 'FCX', name: 'FC X', timeZone: 'Europe/Zurich' };
const SITE = { kind: 'site', organization: 'FCX', code: 'S', name: 'Stadium', timeZone: 'Europe/Zurich' };

test('lines refer to lines before and behind them; the same file twice changes nothing', async () => {
  const rows = CATALOGUE.split('\n').length;
  expect(await fixture.load('catalogue', CATALOGUE)).toEqual({
    imported: true,
    rows,
    inserted: rows,
    updated: 0,
    unchanged: 0,
    rejected: [],
    rejectedTotal: 0,
  });
  expect(await fixture.load('catalogue', CATALOGUE)).toMatchObject({ inserted: 0, updated: 0, unchanged: rows });
  expect(
    await fixture.query(`
      select o.code as organization, p.code as product, n.code as season, f.code as performance, s.time_zone
      from product p join organization o on o.id = p.organization_id left join season n on n.id = p.season_id
      left join performance f on f.product_id = p.id left join site s on s.id = f.site_id order by 1, 2`),
  ).toEqual([
    { organization: 'FCX', product: 'CUP', season: null, performance: null, time_zone: null },
    { organization: 'FCX', product: 'LEAGUE', season: '2027', performance: 'M1', time_zone: 'Europe/Zurich' },
    { organization: 'OTHER', product: 'CUP', season: null, performance: null, time_zone: null },
    { organization: 'OTHER', product: 'LEAGUE', season: '2027', performance: 'M1', time_zone: 'Europe/Zurich' },
  ]);
});

test('a changed line updates its row, found by its code, and keeps its id', async () => {
  await fixture.load('catalogue', CATALOGUE);
  const before = await fixture.query(`select id from site order by id`);
  expect(await load({ ...SITE, name: 'Arena', cityTranslations: { de: 'Zürich', fr: 'Zurich' } })).toMatchObject({
    inserted: 0,
    updated: 1,
  });
  expect(await fixture.query('select id from site order by id')).toEqual(before);
  expect(await fixture.query(`select name, city_translations from site where name = 'Arena'`)).toEqual([
    { name: 'Arena', city_translations: { de: 'Zürich', fr: 'Zurich' } },
  ]);
});

test('everything that a product may hold is stored', async () => {
  const product = {
    kind: 'product',
    organization: 'FCX',
    code: 'P',
    name: 'Product',
    family: 'SEASON_TICKET',
    ticketModel: 'T',
    metadata: [{ key: 'EVENT_SCHEDULE', value: 'x' }],
    transferRules: { allowTransfer: false },
    comfortVariables: { TIXStart: '-3h' },
  };
  const model = { kind: 'ticket_model', organization: 'FCX', code: 'T', name: 'Card', blockchain: true };
  expect(await load(FCX, product, model)).toMatchObject({ inserted: 3, rejectedTotal: 0 });
  expect(
    await fixture.query(`
      select family, metadata, transfer_rules, comfort_variables, m.blockchain
      from product join ticket_model m on m.id = ticket_model_id`),
  ).toEqual([
    {
      family: 'SEASON_TICKET',
      metadata: product.metadata,
      transfer_rules: product.transferRules,
      comfort_variables: product.comfortVariables,
      blockchain: true,
    },
  ]);
});

test.each([
  ['an unknown organization', { ...SITE, organization: 'NONE' }, 'organization'],
  ['an unknown time zone', { ...SITE, timeZone: 'Europe/Bern' }, 'timeZone'],
  ['a missing name', { ...SITE, name: undefined }, 'name'],
  ['an unknown kind', { ...SITE, kind: 'venue' }, 'kind'],
  ['no kind', { ...SITE, kind: undefined }, 'kind'],
  [
    'a code of another organization’s season',
    { kind: 'product', organization: 'FCX', code: 'P', name: 'P', family: 'SERVICE', season: '30' },
    'season',
  ],
  ['an unknown family', { kind: 'product', organization: 'FCX', code: 'P', name: 'P', family: 'TICKET' }, 'family'],
  [
    'an unknown site',
    {
      kind: 'performance',
      organization: 'FCX',
      product: 'P0',
      code: 'M',
      name: 'M',
      site: 'X',
      startsAt: '2027-01-01T00:00Z',
    },
    'site',
  ],
  ['a NUL in a translation', { ...SITE, nameTranslations: { en: 'A\0' } }, 'nameTranslations'],
])('a line with %s keeps the whole file out', async (_, bad, column) => {
  const report = await load(
    FCX,
    { ...FCX, code: 'O2' },
    {
      kind: 'season',
      organization: 'O2',
      code: '30',
      name: '30',
      startsAt: '2030-01-01T00:00Z',
      endsAt: '2031-01-01T00:00Z',
    },
    { kind: 'product', organization: 'FCX', code: 'P0', name: 'P', family: 'SERVICE' },
    bad,
  );
  expect(report.rejected.map(({ line, column: name }) => [line, name])).toEqual([[5, column]]);
  expect(report).toMatchObject({ imported: false, inserted: 0, updated: 0, unchanged: 0, rejectedTotal: 1 });
  expect(await fixture.query('select code from organization')).toEqual([]);
});

test('a line that stands twice is told with the other’s line', async () => {
  const report = await load(FCX, SITE, { ...SITE, name: 'Other' });
  expect(report.rejected).toEqual([
    { line: 2, column: 'code', reason: 'this site stands in line 3 too: a file may hold each only once' },
    { line: 3, column: 'code', reason: 'this site stands in line 2 too: a file may hold each only once' },
  ]);
});

test('a catalogue as CSV is refused, saying what it must be', async () => {
  const report = await fixture.load('catalogue', 'kind,code,name\norganization,FCX,FC X\n');
  expect(report.rejected).toEqual([{ line: 1, reason: textLike(/^a catalogue is NDJSON/) }]);
});

describe('contacts', () => {
  test('a contact is stored whole, changed by the next file, and its time of creation stays', async () => {
    const header =
      'id,title,gender,firstName,lastName,email,dateOfBirth,nationality,country,language,hasInternetAccount,consentThirdParty';
    expect(
      await fixture.load(
        'contacts',
        lines(header, '7,Dr,X,Анна,Иванова,Anna@example.org,1990-02-28,UA,CH,uk,true,false'),
      ),
    ).toMatchObject({ inserted: 1 });
    await fixture.query(`update contact set created_at = '2020-01-01Z'`);
    expect(await fixture.load('contacts', lines('id,lastName', '7,Коваль'))).toMatchObject({ updated: 1 });
    expect(
      await fixture.query('select last_name, first_name, kind, has_internet_account, created_at::text from contact'),
    ).toEqual([
      {
        last_name: 'Коваль',
        first_name: null,
        kind: 'INDIVIDUAL',
        has_internet_account: false,
        created_at: textLike(/^2020-01-01|^2019-12-31/),
      },
    ]);
  });

  test('ids of contacts that the product creates never meet those of S-360', async () => {
    const [created] = await fixture.query('insert into contact default values returning id');
    expect(created).toEqual({ id: '1000000000000000' });
    const report = await fixture.load('contacts', lines('id,lastName', '1000000000000000,X'));
    expect(report.rejected).toEqual([
      { line: 2, column: 'id', reason: 'id must be a whole number from 1, of at most 15 digits' },
    ]);
  });

  test('a contact that stands twice is told with the other’s line', async () => {
    const report = await fixture.load('contacts', lines('id,lastName', '7,A', '8,B', '7,C', '7,D'));
    expect(report.rejected.map(({ line, reason }) => [line, reason.slice(0, 22)])).toEqual([
      [2, 'id stands in line 4 to'],
      [4, 'id stands in line 2 to'],
      [5, 'id stands in line 2 to'],
    ]);
  });
});

import { openCommandLine, type CommandLine } from '../helpers/command-line';
import { interfaceX, readConfiguration, schedulesX, seedOrganizations } from './configuration-fixture';

let line: CommandLine;

beforeAll(async () => {
  line = await openCommandLine('apply-refusals');
  await seedOrganizations(line.pool);
  expect(await line.run('migrate')).toMatchObject({ code: 0, stderr: '' });
  const { code } = await line.run('apply', line.write('tixngo.yaml', interfaceX + schedulesX));
  expect(code).toBe(0);
});
afterAll(() => line.close());

test('a product that the organization does not have is refused: every run would be green and send nothing', async () => {
  const before = await readConfiguration(line.pool);
  const filtered = schedulesX.replace('batchSize: 1000', 'batchSize: 1000\n    filters: { product: [LEAGUE-HOM] }');
  const { code, stderr } = await line.run('apply', line.write('product.yaml', interfaceX + filtered));
  expect(code).toBe(2);
  expect(stderr).toContain('the unknown product "LEAGUE-HOM"');
  expect(await readConfiguration(line.pool)).toEqual(before);
});

test('ten mistakes give ten messages with line, field, found and allowed, and nothing is changed', async () => {
  const before = await readConfiguration(line.pool);
  const path = line.write(
    'mistakes.yaml',
    `interfaces:
  - name: fcx-tixngo
    organization: FCZ
    organizer: fc-example
    type: TIXNG
    url: http://elsewhere.example/organizer/tickets
    apiKey: the-key-itself
    parametrs: ""
    parameters: |
      ticketIterationSize=51
schedules:
  - name: inject-league
    interface: fcx-tixng
    function: inject-tickets
    launch: AUTOMATIC
    every: 5x
    batchSize: 0
    pointOfSales: WEB;W1
  - name: by-hand
    interface: fcx-tixngo
    function: push-cancelled
    launch: MANUAL
    shipmentModes: [MOBILE]
`,
  );
  const { code, stdout, stderr } = await line.run('apply', path);
  expect([code, stdout]).toEqual([2, '']);
  const [title = '', ...problems] = stderr.trimEnd().split('\n');
  expect(title).toBe(`${path} cannot be applied; nothing was changed. 10 problems:`);
  const places = problems.map((problem) => /:(\d+): (\S+): found .+; allowed: .+$/.exec(problem)?.slice(1));
  expect(places).toEqual([
    ['3', 'interfaces[0].organization'],
    ['5', 'interfaces[0].type'],
    ['6', 'interfaces[0].url'],
    ['7', 'interfaces[0].apiKey'],
    ['8', 'interfaces[0].parametrs'],
    ['10', expect.stringContaining('ticketIterationSize')],
    ['13', 'schedules[0].interface'],
    ['16', 'schedules[0].every'],
    ['17', 'schedules[0].batchSize'],
    ['21', 'schedules[1].function'],
  ]);
  expect(stderr).not.toContain('the-key-itself');
  expect(await readConfiguration(line.pool)).toEqual(before);
});

test.each([
  ['whose interface nobody knows', 'interface: fcx-tixngx', ['interface', 'pointOfSales', 'filters.product[1]']],
  ['without an interface', 'batchSize: 7', ['interface', 'pointOfSales', 'filters.product[1]']],
  ['of a function that comes later', 'interface: fcx-tixngo', ['function', 'pointOfSales', 'filters.product[1]']],
])(
  'names of the catalogue in a schedule %s are judged: what no organization has is wrong anyhow',
  async (_of, own, fields) => {
    await line.pool.query(
      `insert into product (organization_id, code, name, family) select id, 'CUP', 'Cup', 'COMPETITION' from organization on conflict do nothing`,
    );
    const written = `schedules:
  - name: new
    ${own}
    function: ${fields.includes('function') ? 'inject-privileges' : 'inject-tickets'}
    launch: MANUAL
    pointOfSales: WEB;W9
    filters: { product: [CUP, NOPE] }
`;
    const { code, stderr } = await line.run('apply', line.write('names.yaml', written));
    const told = [...stderr.matchAll(/: schedules\[0\]\.(\S+): found /g)].map(([, field]) => field);
    expect([code, new Set(told)]).toEqual([2, new Set(fields)]);
  },
);

test('names of the catalogue are not looked up where that is no mistake of theirs: an organization that is not imported, a field that has to go', async () => {
  const written = schedulesX.replace('batchSize: 1000', 'filters: { product: [NOPE] }').replace('WEB;W1', 'WEB;W9');
  const elsewhere = written.replaceAll('fcx-tixngo', 'fcz-tixngo');
  const other = interfaceX.replace('fcx-tixngo', 'fcz-tixngo').replace('FCX', 'FCZ').replace('fc-example', 'fcz');
  const unknown = await line.run('apply', line.write('unknown.yaml', other + elsewhere));
  expect(unknown.stderr).toContain('the unknown organization "FCZ"');
  expect(unknown.stderr).not.toMatch(/unknown (?:product|point)/);
  const readBack = written.replace('inject-league', 'back').replace('inject-tickets', 'retrieve-status');
  const foreign = await line.run('apply', line.write('foreign.yaml', interfaceX + readBack));
  expect([foreign.code, foreign.stderr]).toEqual([
    2,
    expect.stringContaining('schedules[0].filters: found a field of'),
  ]);
  expect(foreign.stderr).not.toMatch(/unknown (?:product|point)/);
});

test('a second interface for an organization is refused with the reason', async () => {
  const second = interfaceX.replace('fcx-tixngo', 'fcx-second');
  const { code, stderr } = await line.run('apply', line.write('second.yaml', second));
  expect(code).toBe(2);
  expect(stderr).toContain(
    'second.yaml:3: interfaces[0].organization: found a second interface for FCX, beside fcx-tixngo',
  );
  expect(stderr).toContain('the push functions could not tell whose mark is whose');
});

test('the same URL and key must name the same organizer, and two accounts two organizers', async () => {
  const other = interfaceX.replace('fcx-tixngo', 'fcy-tixngo').replace('organization: FCX', 'organization: FCY');
  const renamed = await line.run('apply', line.write('renamed.yaml', other.replace('fc-example', 'another')));
  expect([renamed.code, renamed.stderr]).toEqual([
    2,
    expect.stringContaining('fcx-tixngo has the same URL and key and names fc-example'),
  ]);
  const otherKey = await line.run('apply', line.write('key.yaml', other.replace('FCX_TIXNGO_KEY', 'FCY_TIXNGO_KEY')));
  expect([otherKey.code, otherKey.stderr]).toEqual([
    2,
    expect.stringContaining('which fcx-tixngo names too, with another URL or key'),
  ]);
});

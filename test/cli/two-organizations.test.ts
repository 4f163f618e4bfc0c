import { openSandboxAdmin } from '../../sandbox/admin-client';
import { insertTickets, openRunningSystem, type RunningSystem } from './running-system';

let system: RunningSystem;

jest.setTimeout(180_000);

beforeAll(async () => {
  system = await openRunningSystem('two-organizations', { tickets: 1 });
  const { line, sandbox } = system;
  const account = `organizer: fc-example, type: TIXNGO, url: '${sandbox.url}', apiKey: { env: FCX_TIXNGO_KEY }`;
  const file = line.write(
    'both.yaml',
    `interfaces:
  - { name: fcx, organization: FCX, ${account} }
  - { name: fcy, organization: FCY, ${account} }
schedules:
  - { name: read, interface: fcx, function: retrieve-status, launch: MANUAL }
  - { name: read, interface: fcy, function: retrieve-status, launch: MANUAL }
`,
  );
  const allow = { TIXNGO_ALLOWED_HOSTS: new URL(sandbox.url).origin };
  expect(await line.runWith(allow, 'apply', file)).toMatchObject({ code: 0 });
  await insertTickets(line.pool, 50, 50);
  await line.pool.query(`
    insert into product (id, organization_id, code, name, family) select 2, id, 'CUP', 'Cup', 'COMPETITION' from organization where code = 'FCY';
    update ticket set organization_id = (select id from organization where code = 'FCY'), product_id = 2, performance_id = null where id = 50`);
});
afterAll(() => system.close());

test('two organizations on one account: a run of either reads the tickets of both, and a pause of one keeps the other from nothing', async () => {
  const { line, sandbox } = system;
  const wallet = openSandboxAdmin(sandbox.adminUrl);
  const read = async () =>
    (
      await line.pool.query<{ ticket: string }>(
        'select ticket_id::text as ticket from mobile_ticket order by ticket_id',
      )
    ).rows;
  await wallet.repeats(0);
  await wallet.records({ count: 2, ticketIds: ['1', '50'] });
  expect(await line.run('pause', '--interface', 'fcx')).toMatchObject({ code: 0 });
  const paused = await line.run('run', 'fcx/read', '--wait');
  expect([paused.code, paused.stdout]).toEqual([1, expect.stringContaining('its interface is paused')]);
  expect(await read()).toEqual([]);
  const other = await line.run('run', 'fcy/read', '--wait');
  expect([other.code, other.stdout]).toEqual([0, expect.stringContaining('2 records in')]);
  expect(await read()).toEqual([{ ticket: '1' }, { ticket: '50' }]);
  expect(await line.run('resume', '--interface', 'fcx')).toMatchObject({ code: 0 });
  // The cursor is the account's: nothing is left for the other organization's run.
  expect(await line.ask('run', 'fcx/read', '--wait')).toMatchObject({ outcome: 'OK', retrieved: { records: 0 } });
});

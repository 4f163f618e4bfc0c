import { matching, openCommandLine, type CommandLine } from '../helpers/command-line';
import {
  interfaceX,
  retrieveX,
  schedulesX,
  seedClosedRetrieve,
  seedOrganizations,
  seedTickets,
} from './configuration-fixture';

let line: CommandLine;
jest.setTimeout(180_000);

beforeAll(async () => {
  line = await openCommandLine('wallet-facts');
  await seedOrganizations(line.pool);
  await seedTickets(line.pool, 5);
  expect(await line.run('migrate')).toMatchObject({ code: 0 });
  const file = line.write('tixngo.yaml', interfaceX + schedulesX + retrieveX);
  expect(await line.run('apply', file)).toMatchObject({ code: 0 });
  await seedClosedRetrieve(line.pool);
});
afterAll(() => line.close());

test("a ticket's story tells what the wallet told of it, to whoever asks", async () => {
  await line.pool.query(`
    insert into contact (id, first_name, last_name, email) values (1, 'Ana', 'Ruiz', 'ana@example.org'), (2, 'Bo', 'Lee', 'bo@example.org');
    update ticket set status = 'INVALIDATED', initial_contact_id = 1, current_contact_id = 2, status_changed_at = now() - interval '1 hour' where id = 1;
    insert into processed (ticket_id, function, organizer, execution_id, sent_at) select n, 'inject-tickets', 'fc-example', 31, now() from generate_series(1, 2) n;
    update ticket set status = 'INVALIDATED', status_changed_at = now() - interval '20 minutes' where id = 2;
    insert into mobile_ticket (ticket_id, status, change_number, changed_at, owner, holder, transfer_level) values
      (1, 'DELETION_PENDING', 3, '2026-11-20T10:00:00Z', '{"firstName": "Bo", "lastName": "Lee", "email": "bo@example.org"}', '{"firstName": "Cy"}', 1),
      (2, 'DOWNLOADED', 1, '2026-11-20T10:00:00Z', null, null, null);
    insert into mobile_ticket_history (ticket_id, change_number, status, changed_at, record, execution_id) values
      (1, 2, 'TRANSFERRED', '2026-11-20T09:00:00Z', '{}', 31), (1, 3, 'DELETION_PENDING', '2026-11-20T10:00:00Z', '{}', 31);
    insert into distribution (ticket_id, first_change_number, old_contact_id, new_contact_id, status, changed_at) values (1, 2, 1, 2, 'CONFIRMED', '2026-11-20T09:00:00Z');
    insert into put_aside (organizer, identity, ticket_id, reason, problem, record, execution_id) values ('fc-example', 'change 4 of ticket 1', '1', 'SKIPPED', '', '{}', 31)`);
  expect(await line.ask('ticket', 'N1')).toMatchObject({
    wallet: {
      status: 'DELETION_PENDING',
      changedAt: '2026-11-20T11:00:00+01:00',
      changeNumber: 3,
      transferLevel: 1,
      owner: { lastName: 'Lee' },
      holder: { firstName: 'Cy' },
    },
    walletHistory: [
      { changeNumber: 3, status: 'DELETION_PENDING', run: 31 },
      { changeNumber: 2, status: 'TRANSFERRED', run: 31 },
    ],
    distribution: [{ firstChangeNumber: 2, oldContactId: '1', newContactId: '2', status: 'CONFIRMED' }],
    initialContactId: '1',
    currentContactId: '2',
    seenInWallet: { run: 31 },
    putAside: 0,
    kept: 1,
    maySellAgain: true,
    resale: 'FREE',
  });
  const { stdout } = await line.run('ticket', 'N1');
  for (const told of [
    '  owner:   Bo Lee <bo@example.org>\n',
    '  holder:  Cy\n',
    '  may be sold again',
    '  1 of its records kept while it is skipped',
    '  mark:    inject-tickets, written by run 31, which saw it in the wallet, ',
    '  no push has touched it\n',
    '\n3\tDELETION_PENDING\t',
    '\n2\tCONFIRMED\t1 to 2\t',
  ]) {
    expect(stdout).toContain(told);
  }
  expect(stdout).not.toContain('delivered by');
  expect((await line.run('ticket', 'N3')).stdout).toContain('  no run has touched it\n');
  expect(await line.ask('ticket', 'N3')).toMatchObject({
    wallet: null,
    walletHistory: [],
    distribution: [],
    maySellAgain: false,
    resale: 'VALID',
  });
});

test('drift lists the tickets that do not correspond, with how long, and ends 1 while there is one', async () => {
  const { code, stdout } = await line.run('drift', '--older-than', '15m');
  expect([code, stdout]).toEqual([
    1,
    matching(
      /^ticket\t.*\nN2\tid:2\tFCX\tINVALIDATED\tDOWNLOADED\t20 min( \d+ s)?\n\n1 ticket .*:\n {2}1 INVALIDATED here, DOWNLOADED in the wallet\n$/,
    ),
  ]);
  expect(await line.ask('drift')).toMatchObject({
    total: 1,
    counts: [{ status: 'INVALIDATED', wallet: 'DOWNLOADED', tickets: 1 }],
    shown: 1,
    tickets: [
      {
        ticketId: '2',
        ticketNumber: 'N2',
        organization: 'FCX',
        status: 'INVALIDATED',
        wallet: 'DOWNLOADED',
        since: matching(/^\d{4}-.*\+0[12]:00$/),
      },
    ],
  });
  expect(await line.run('drift', '--older-than', '1h')).toMatchObject({
    code: 0,
    stdout: 'No drift for 1h or longer; 1 ticket for less\n',
  });
  expect(await line.ask('drift', '--older-than', '1h')).toMatchObject({ total: 0, younger: 1 });
  expect(await line.run('drift', '--organization', 'FCY')).toMatchObject({
    code: 0,
    stdout: 'No drift: S-360 and the wallet correspond\n',
  });
  expect(await line.run('drift', '--organization', 'FCZ')).toMatchObject({
    code: 1,
    stderr: matching(/Near: FCX, FCY/),
  });
  expect(await line.run('drift', '--older-than', 'soon')).toMatchObject({ code: 2 });
});

describe('whether a seat may be sold again is told of each ticket (domain.md 7.4)', () => {
  const free = 'may be sold again: TIXNGO confirmed its deletion';
  const waiting = 'may not be sold again yet: TIXNGO has not confirmed its deletion';
  beforeAll(async () => {
    await line.pool.query(`insert into ticket (id, organization_id, ticket_number, product_id, price, currency)
      select n, p.organization_id, 'N' || n, p.id, 10, 'CHF' from product p, generate_series(40, 48) n;
      insert into ticket (id, organization_id, ticket_number, product_id, price, currency, status, replaces_ticket_id)
      select 49, p.organization_id, 'N49', p.id, 10, 'CHF', 'PRINTED', 48 from product p`);
  });
  test.each([
    [40, 'INVALIDATED', 'RESALE_PENDING', 'DELETION_PENDING', 'FREE', free],
    [41, 'CANCELLED', null, 'DELETED', 'FREE', free],
    [42, 'INVALIDATED', 'RESALE_PENDING', 'DOWNLOADED', 'WAITING', waiting],
    [43, 'CANCELLED', null, null, 'WAITING', waiting],
    [44, 'INVALIDATED', 'RESOLD', 'DELETED', 'RESOLD', 'may not be sold again: it is resold'],
    [45, 'PRINTED', null, 'DELETED', 'VALID', undefined],
    [46, 'CONTROLLED', null, 'DELETION_PENDING', 'VALID', undefined],
    [48, 'INVALIDATED', 'THEFT', 'DELETED', 'REPLACED', 'may not be sold again: another ticket replaces it'],
  ])('N%i, %s (%s), %s in the wallet: %s', async (id, status, reason, mobile, resale, told) => {
    await line.pool.query(
      `update ticket set status = $2, invalidation_reason = $3, controlled_at = now() where id = $1`,
      [id, status, reason],
    );
    await line.pool.query(
      `insert into processed (ticket_id, function, organizer, execution_id, sent_at) values ($1, 'inject-tickets', 'fc-example', 31, now())`,
      [id],
    );
    if (mobile !== null) {
      await line.pool.query(
        `insert into mobile_ticket (ticket_id, status, change_number, changed_at) values ($1, $2, $1, now())`,
        [id, mobile],
      );
    }
    expect(await line.ask('ticket', `N${String(id)}`)).toMatchObject({ maySellAgain: resale === 'FREE', resale });
    const { stdout } = await line.run('ticket', `N${String(id)}`);
    const lines = stdout.split('\n').filter((one) => /sold|deletion/.test(one));
    expect(lines).toEqual(told === undefined ? [] : [`  ${told}`]);
  });

  test('one that was never sent has no deletion to wait for', async () => {
    await line.pool.query(`update ticket set status = 'CANCELLED' where id = 47`);
    expect(await line.ask('ticket', 'N47')).toMatchObject({ maySellAgain: false, resale: 'NOT_IN_WALLET' });
    expect((await line.run('ticket', 'N47')).stdout).toContain('  was never sent: TIXNGO has no deletion to confirm\n');
  });
});

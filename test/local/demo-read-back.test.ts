import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { allHold } from '../../local/demo/check';
import { checkReadBack, type ReadBack, type SandboxWallets } from '../../local/demo/check-read-back';
import { writeConfiguration, writePushConfiguration } from '../../local/demo/configuration';

/** Ticket 1 was given to somebody, ticket 2 was downloaded. */
const sandbox: SandboxWallets = {
  wallets: [
    { ticketId: '1', status: 'TRANSFERRED', ownerEmailHash: hash('second@example.org') },
    { ticketId: '2', status: 'DOWNLOADED', ownerEmailHash: hash('other@example.org') },
  ],
  records: [
    { ticketId: '1', changeNumber: 1, status: 'INJECTED' },
    { ticketId: '2', changeNumber: 2, status: 'INJECTED' },
    { ticketId: '1', changeNumber: 3, status: 'PENDING_TRANSFER' },
    { ticketId: '1', changeNumber: 4, status: 'TRANSFERRED' },
    { ticketId: '2', changeNumber: 5, status: 'DOWNLOADED' },
  ],
};

type Ticket = ReadBack['tickets'][number];

const first: Ticket = {
  ticketId: '1',
  status: 'TRANSFERRED',
  changeNumber: 4,
  ownerEmail: 'Second@Example.org',
  culturalContactEmail: 'second@example.org',
  changes: 3,
  confirmedTransfers: 1,
};
const second: Ticket = {
  ticketId: '2',
  status: 'DOWNLOADED',
  changeNumber: 5,
  ownerEmail: 'other@example.org',
  culturalContactEmail: 'other@example.org',
  changes: 2,
  confirmedTransfers: 0,
};

const check = (tickets: readonly Ticket[], drift = 0) => checkReadBack(sandbox, { tickets, drift });

test('every ticket as its wallet has it, each change once, no drift: the check holds', () => {
  expect(allHold(check([first, second]))).toBe(true);
});

test.each<[string, readonly Ticket[], readonly string[]]>([
  [
    'a ticket that was not read back',
    [first],
    [
      "tickets with the wallet's newest status",
      "tickets with the wallet owner's e-mail",
      'cultural contacts who own the wallet',
      'tickets with each change of theirs once',
      'changes on record',
    ],
  ],
  ['an older status', [first, { ...second, status: 'INJECTED' }], ["tickets with the wallet's newest status"]],
  [
    'the same status by an older change',
    [first, { ...second, changeNumber: 2 }],
    ["tickets with the wallet's newest status"],
  ],
  [
    'an owner who gave the ticket away',
    [{ ...first, ownerEmail: 'first@example.org' }, second],
    ["tickets with the wallet owner's e-mail"],
  ],
  ['an owner who is not told', [first, { ...second, ownerEmail: null }], ["tickets with the wallet owner's e-mail"]],
  [
    'a cultural contact who gave the ticket away',
    [{ ...first, culturalContactEmail: 'first@example.org' }, second],
    ['cultural contacts who own the wallet'],
  ],
  [
    'a change that is missing',
    [{ ...first, changes: 2 }, second],
    ['tickets with each change of theirs once', 'changes on record'],
  ],
  [
    'a change that one ticket has twice and another one lacks',
    [
      { ...first, changes: 4 },
      { ...second, changes: 1 },
    ],
    ['tickets with each change of theirs once'],
  ],
  ['a transfer without its row', [{ ...first, confirmedTransfers: 0 }, second], ['transfers on record as CONFIRMED']],
  [
    'a ticket that no wallet has',
    [first, second, { ...second, ticketId: '3', changes: 0 }],
    ['tickets read back that no wallet has'],
  ],
])('%s is found', (_name, tickets, broken) => {
  const findings = check(tickets).filter(({ expected, found }) => expected !== found);
  expect(findings.map(({ what }) => what)).toEqual(broken);
});

test('drift is found', () => {
  expect(check([first, second], 1).filter(({ expected, found }) => expected !== found)).toEqual([
    { what: 'tickets in drift', expected: 0, found: 1 },
  ]);
});

test('nobody reads the account before the crowd acts; then one schedule by the clock and one by hand, of two organizations', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tixngo-demo-file-'));
  const file = join(folder, 'tixngo.yaml');
  const changes = { url: 'http://127.0.0.1:1/organizer/tickets', batchSize: 7 };
  try {
    await writePushConfiguration(file, changes);
    const pushes = readSchedules(file);
    await writeConfiguration(file, changes);
    const whole = readSchedules(file);
    expect(pushes.map((schedule) => schedule.function)).toEqual(['inject-tickets', 'inject-tickets', 'inject-tickets']);
    expect(whole.slice(0, 3)).toEqual(pushes);
    expect(pushes[0]).toMatchObject({ batchSize: 7 });
    expect(whole.slice(3)).toEqual([
      { name: 'read-back', interface: 'euro-host', function: 'retrieve-status', launch: 'AUTOMATIC', every: '5s' },
      { name: 'read-by-hand', interface: 'fc-example', function: 'retrieve-status', launch: 'MANUAL' },
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

const fileShape = z.object({ schedules: z.array(z.looseObject({ function: z.string() })) });

function readSchedules(file: string): readonly { readonly function: string }[] {
  return fileShape.parse(parse(readFileSync(file, 'utf8'))).schedules;
}

function hash(email: string): string {
  return createHash('sha256').update(email).digest('hex');
}

import { createHash } from 'node:crypto';
import { allHold, checkAgainstFiles, type SandboxCount } from '../../local/demo/check';
import type { DueTicket } from '../../local/demo/due';

type Wallet = SandboxCount['wallets'][number];

const due: readonly DueTicket[] = ['1', '2', '3'].map((ticketId) => ({
  ticketId,
  ticketNumber: `24${ticketId}`,
  organization: 'HOST',
  product: 'MATCH',
  barcode: `BAR${ticketId}`,
  ownerEmail: `Owner${ticketId}@example.org`,
}));
const poison = '3';
const once = { accepted: 1, changed: 1 };

function toWallet(ticketId: string): Wallet {
  return {
    ticketId,
    organizer: 'account',
    status: 'INJECTED',
    ownerEmailHash: createHash('sha256').update(`owner${ticketId}@example.org`).digest('hex'),
    content: {
      ticketId,
      event: { id: 'e' },
      activationParameters: { method: 'offline' },
      security: { barcode: `BAR${ticketId}` },
      purchaseDetails: { mainApplicant: false, taxNumber: `24${ticketId}` },
    },
  };
}

/** What a good run leaves: tickets 1 and 2 once, ticket 3 refused. */
const good: SandboxCount = {
  wallets: [toWallet('1'), toWallet('2')],
  arrivals: { 1: once, 2: once, 3: { accepted: 0, changed: 0 } },
};

const check = (sandbox: SandboxCount) => checkAgainstFiles({ due, poison, organizer: 'account' }, sandbox);

/** The last wallet is that of ticket 2. */
function withSecond(change: Partial<Wallet>): SandboxCount {
  return { ...good, wallets: [toWallet('1'), { ...toWallet('2'), ...change }] };
}

test('every due ticket once, with its owner and contents, and nothing else: the check holds', () => {
  expect(allHold(check(good))).toBe(true);
});

test.each<[string, SandboxCount, readonly string[]]>([
  [
    'a ticket that is missing',
    { wallets: [toWallet('1')], arrivals: { 1: once } },
    [
      'due tickets in a wallet, INJECTED',
      'due tickets accepted exactly once',
      "wallets of the file's cultural contact",
      "wallets with the file's barcode and number",
      'wallets in all',
    ],
  ],
  [
    'a ticket that was accepted twice',
    { ...good, arrivals: { ...good.arrivals, 2: { accepted: 2, changed: 1 } } },
    ['due tickets accepted exactly once'],
  ],
  [
    'a ticket that changed its wallet twice',
    { ...good, arrivals: { ...good.arrivals, 2: { accepted: 1, changed: 2 } } },
    ['due tickets accepted exactly once'],
  ],
  ['a ticket in another status', withSecond({ status: 'DELETED' }), ['due tickets in a wallet, INJECTED']],
  ['a ticket at another account', withSecond({ organizer: 'other' }), ['due tickets in a wallet, INJECTED']],
  ['a ticket of another owner', withSecond({ ownerEmailHash: 'x' }), ["wallets of the file's cultural contact"]],
  [
    'a ticket with another barcode',
    withSecond({ content: toWallet('1').content }),
    ["wallets with the file's barcode and number"],
  ],
  [
    'the poison ticket in a wallet',
    { ...good, wallets: [...good.wallets, toWallet('3')] },
    ['wallets with the poison ticket', 'wallets in all'],
  ],
  [
    'a ticket in a wallet that was not due',
    { ...good, wallets: [...good.wallets, toWallet('4')] },
    ['tickets sent that were not due', 'wallets in all'],
  ],
  [
    'a ticket that was sent, refused, and not due',
    { ...good, arrivals: { ...good.arrivals, 4: { accepted: 0, changed: 0 } } },
    ['tickets sent that were not due'],
  ],
  [
    'a ticket in two wallets',
    { ...good, wallets: [...good.wallets, { ...toWallet('2'), organizer: 'other' }] },
    ['due tickets in a wallet, INJECTED', 'wallets in all'],
  ],
])('%s is found', (_name, sandbox, broken) => {
  const findings = check(sandbox).filter(({ expected, found }) => expected !== found);
  expect(findings.map(({ what }) => what)).toEqual(broken);
});

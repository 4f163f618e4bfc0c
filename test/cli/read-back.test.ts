import { openSandboxAdmin, type SandboxAdmin } from '../../sandbox/admin-client';
import { matching, type CommandLine } from '../helpers/command-line';
import { insertTickets, openRunningSystem, type RunningSystem } from './running-system';

let system: RunningSystem;
let line: CommandLine;
let wallet: SandboxAdmin;

jest.setTimeout(180_000);

beforeAll(async () => {
  system = await openRunningSystem('read-back', {
    tickets: 6,
    interfaceFields: "parameters: 'batchSplitSize=3'",
    schedules: '  - { name: retrieve, interface: fcx, function: retrieve-status, launch: MANUAL }\n',
  });
  ({ line } = system);
  wallet = openSandboxAdmin(system.sandbox.adminUrl);
  expect(await line.run('run', 'inject', '--wait')).toMatchObject({ code: 0 });
});
afterAll(() => system.close());

const toRecord = (ticketId: string, changeNumber: number): object => ({
  changeNumber,
  changedAt: '2026-11-20T10:00:00Z',
  ticketId,
  status: 'DOWNLOADED',
});

test('what spectators did is read back by a run, told by ticket, and leaves no drift', async () => {
  // Nothing is known of the wallet yet: each ticket that was sent differs.
  expect(await line.ask('drift')).toMatchObject({
    total: 6,
    counts: [{ status: 'PRINTED', wallet: null, tickets: 6 }],
  });
  for (const ticketId of ['1', '2']) await wallet.wallet(ticketId, 'download');
  await wallet.wallet('1', 'transfer', { firstName: 'Bo', lastName: 'Lee', email: 'bo.lee@example.org' });
  await wallet.wallet('1', 'accept');
  const { code, stdout } = await line.run('run', 'retrieve', '--wait');
  expect([code, stdout]).toEqual([0, matching(/^Run 2 of fcx\/retrieve: OK\n[^]* records in \d+ pages: \d+ applied/)]);
  const { rows } = await line.pool.query('select count(*)::integer as changes from mobile_ticket_history');
  expect(rows).toEqual([{ changes: 10 }]);
  expect(await line.ask('drift')).toMatchObject({ total: 0, tickets: [] });
  expect(await line.ask('ticket', 'N1')).toMatchObject({
    wallet: { status: 'TRANSFERRED', owner: { email: 'bo.lee@example.org' } },
    walletHistory: [
      { status: 'TRANSFERRED' },
      { status: 'PENDING_TRANSFER' },
      { status: 'DOWNLOADED' },
      { status: 'INJECTED' },
    ],
    distribution: [{ oldContactId: '1', newContactId: '11', status: 'CONFIRMED' }],
    currentContactId: '11',
    maySellAgain: false,
    resale: 'VALID',
  });
  expect((await line.run('ticket', 'N1')).stdout).toContain('owner:   Bo Lee <bo.lee@example.org>\n');
  expect(await line.ask('log', '2')).toMatchObject({
    outcome: 'OK',
    retrieved: { putAside: 0 },
    putAside: { total: 0 },
  });
  expect(await line.ask('status', '--check')).toMatchObject({
    schedules: [
      {},
      {
        schedule: 'fcx/retrieve',
        lastRun: { run: 2, outcome: 'OK' },
        cursor: { paginationKey: matching(/./), holder: null },
      },
    ],
  });
});

async function readKey(): Promise<string> {
  const { rows } = await line.pool.query<{ key: string }>('select pagination_key as key from retrieve_cursor');
  return rows[0]?.key ?? '';
}

test('the cursor is moved by whoever names where it stands, and everything can be read again: nothing is applied twice', async () => {
  const key = await readKey();
  const again = await line.ask('run', 'retrieve', '--full-resync', '--wait', '--who', 'ana');
  expect(again).toMatchObject({ run: 3, outcome: 'OK', retrieved: { applied: 0, older: 0 } });
  expect(await line.ask('run', 'retrieve', '--cursor', key, '--confirm-cursor', key, '--wait')).toMatchObject({
    run: 4,
    outcome: 'OK',
  });
  const { rows } = await line.pool.query(
    `select action, details ->> 'cursor' as cursor from operator_action where action in ('full resync', 'move cursor') order by id`,
  );
  expect(rows).toEqual([
    { action: 'full resync', cursor: null },
    { action: 'move cursor', cursor: key },
  ]);
});

test('a file is applied as if TIXNGO had sent it; what waits for its ticket is tried again when it has arrived', async () => {
  const records = [
    ...['3', '4', '5', '6'].map((id, index) => toRecord(id, 9_001 + index)),
    toRecord('70', 9_010),
    toRecord('71', 9_011),
  ];
  const file = line.write('records.json', JSON.stringify({ tickets: records }));
  const run = await line.run('run', 'retrieve', '--file', file, '--wait');
  expect([run.code, run.stdout]).toEqual([
    0,
    matching(/^Run 5 of fcx\/retrieve: WARNING\n[^]*6 records in 2 pages: 4 applied, 2 put aside\n/),
  ]);
  expect(run.stderr).toMatch(/^6 records of .* kept as upload 1\n/);
  expect((await line.run('log', '5')).stdout).toMatch(/\n1\tid:70\tUNKNOWN_TICKET\twaits\t/);
  expect(await line.ask('put-aside', 'list')).toMatchObject({
    total: 2,
    records: [{ number: 1, ticketId: '70', reason: 'UNKNOWN_TICKET' }, { number: 2 }],
  });
  await insertTickets(line.pool, 70, 70);
  const retried = await line.ask('put-aside', 'retry', '1,2', '--run', 'retrieve', '--wait');
  expect(retried).toMatchObject({ run: 6, outcome: 'WARNING', retrieved: { applied: 1, seen: 1 }, waitStill: 1 });
  expect(await line.ask('put-aside', 'list')).toMatchObject({ total: 1, records: [{ number: 2 }] });
  expect(await line.ask('put-aside', 'drop', '2', '--reason', 'no ticket of ours')).toEqual({ dropped: [2] });
  expect(await line.ask('put-aside', 'list')).toMatchObject({ total: 0 });
  expect(await line.ask('ticket', 'N70')).toMatchObject({
    status: 'PRINTED',
    wallet: { status: 'DOWNLOADED' },
    seenInWallet: { run: 6 },
  });
});

test('log tells of a run that did not go on from the cursor: what it read instead, the key that it left, who asked for it and why', async () => {
  const key = await readKey();
  const reason = ['--wait', '--who', 'ana', '--reason', 'audit'];
  const startedBy = { who: 'ana', reason: 'audit', at: matching(/^\d{4}-/) };
  // A full resync takes a confirmation, as in the Temporal UI, and needs none.
  const resync = await line.ask('run', 'retrieve', '--full-resync', '--confirm-cursor', key, ...reason);
  expect(resync).toMatchObject({
    run: 7,
    readFrom: { fullResync: true, cursor: null, leftCursor: key, upload: null },
    startedBy: { ...startedBy, action: 'full resync' },
  });
  expect((await line.run('log', '7')).stdout).toMatch(
    new RegExp(`\\n  full resync, .*; the pagination key was ${key}\\n  started by ana at .*: audit\\n`),
  );
  expect(await line.ask('run', 'retrieve', '--cursor', key, '--confirm-cursor', key, ...reason)).toMatchObject({
    readFrom: { fullResync: false, cursor: key, leftCursor: key },
    startedBy: { ...startedBy, action: 'move cursor' },
  });
  expect((await line.run('log', '8')).stdout).toMatch(
    new RegExp(`\\n  moved the cursor to ${key}; the pagination key was ${key}\\n  started by ana`),
  );
  expect(await line.run('again', '5')).toMatchObject({
    code: 2,
    stderr: matching(/run 5 applied a file, which is not kept; start it again with the file/),
  });
  // Of a file, and of a run that goes on from the cursor; all of them have one workflow id.
  expect((await line.run('log', '5')).stdout).toMatch(
    /\n {2}a file \(upload 1\): 6 of 6 records; the cursor stays\n {2}started by /,
  );
  expect(await line.ask('log', '2')).toMatchObject({ readFrom: null, startedBy: { action: 'run', reason: null } });
});

test('a run that waits in a pause is paused, resumed, followed and stopped by its number, and by status no second one is started', async () => {
  expect((await line.run('pause', '--organizer', 'fc-example')).code).toBe(0);
  expect(await line.ask('run', 'retrieve')).toMatchObject({ workflowId: 'retrieve-status/fc-example' });
  const giveUpAt = Date.now() + 30_000;
  let run: string | undefined;
  while (run === undefined && Date.now() < giveUpAt) {
    const { rows } = await line.pool.query<{ id: string }>('select id from execution where closed_at is null');
    run = rows[0]?.id;
  }
  expect(await line.run('run', 'retrieve')).toMatchObject({
    code: 1,
    stderr: matching(
      new RegExp(`read already, by run ${run ?? ''} of fcx/retrieve; .* \\(tixngo log ${run ?? ''} --follow\\)\n$`),
    ),
  });
  // An earlier run of the account had the same workflow id.
  for (const verb of ['pause', 'resume', 'stop']) {
    const { code, stderr } = await line.run(verb, '1');
    expect([code, stderr]).toEqual([1, 'Run 1 is not open: it is closed with OK\n']);
  }
  const untouched = await line.pool.query('select paused_at, ending from execution where id = $1', [run]);
  expect(untouched.rows).toEqual([{ paused_at: null, ending: null }]);
  expect(await line.ask('pause', run ?? '')).toMatchObject({ state: 'paused' });
  expect(await line.ask('stop', run ?? '', '--who', 'ana')).toMatchObject({ state: 'stopping' });
  expect((await line.run('resume', '--organizer', 'fc-example')).code).toBe(0);
  const followed = await line.run('log', run ?? '', '--follow');
  expect(followed.stdout).toMatch(new RegExp(`^Run ${run ?? ''} of fcx/retrieve: [A-Z]+\\n[^]*stopped by ana`));
});

test('a run that finds the account held by another namespace does nothing, names the holder and ends 1', async () => {
  await line.pool
    .query(`update retrieve_cursor set holder_namespace = 'elsewhere', holder_workflow_id = 'retrieve-status/fc-example',
    holder_first_run_id = 'x', lease_until = now() + interval '1 hour'`);
  const { code, stdout } = await line.run('run', 'retrieve', '--wait');
  expect([code, stdout]).toEqual([1, matching(/^Run \d+ of fcx\/retrieve: SKIPPED\n[^]*elsewhere/)]);
  expect((await line.run('pending', 'retrieve')).stdout).toContain(
    'held by retrieve-status/fc-example (namespace elsewhere)\n',
  );
});

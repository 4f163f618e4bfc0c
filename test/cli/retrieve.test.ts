import { matching, openCommandLine, type CommandLine } from '../helpers/command-line';
import { seedClosedRetrieve, seedPutAside, setUpRetrieve } from './configuration-fixture';

let line: CommandLine;
jest.setTimeout(180_000);

// No worker runs here: what is started waits.
beforeAll(async () => {
  line = await openCommandLine('retrieve');
  await setUpRetrieve(line);
});
afterAll(() => line.close());

/** Everything that a refused start must leave alone. */
async function countTraces(): Promise<unknown> {
  const { rows } = await line.pool
    .query(`select (select count(*)::integer from operator_action where action <> 'apply') as actions,
    (select count(*)::integer from upload) as uploads, (select count(*)::integer from upload_record) as records`);
  return rows[0];
}

async function setCursor(key: string): Promise<void> {
  await line.pool.query(
    `insert into retrieve_cursor (organizer, pagination_key, moved_at) values ('fc-example', $1, '2026-11-20T10:00:00Z')
     on conflict (organizer) do update set pagination_key = excluded.pagination_key`,
    [key],
  );
}

const record = { changeNumber: 1, changedAt: '2026-11-20T10:00:00Z', ticketId: '1', status: 'DOWNLOADED' };

describe('how a run may be told to differ', () => {
  test.each<[words: readonly string[], told: string]>([
    [
      ['inject-league', '--full-resync', '--file', 'x'],
      'is a schedule of inject-tickets: --full-resync, --file cannot be used with it',
    ],
    [
      ['inject-league', '--cursor', 'k', '--confirm-cursor', ''],
      'is a schedule of inject-tickets: --cursor, --confirm-cursor cannot',
    ],
    [
      ['retrieve', '--force', '1', '--skip', '2', '--simulate', '--also'],
      'is a schedule of retrieve-status: --force, --skip, --simulate, --also cannot be used with it. It takes --cursor',
    ],
    [['retrieve', '--cursor', 'k'], '--confirm-cursor PRESENT is missing'],
    [['retrieve', '--confirm-cursor', 'k'], '--cursor KEY or --full-resync is missing'],
    [['retrieve', '--confirm-cursor', '', '--file', 'x'], '--cursor KEY or --full-resync is missing'],
    [
      ['retrieve', '--full-resync', '--confirm-cursor', 'other'],
      "which is '' (empty: from the beginning). Nothing was changed",
    ],
    [['retrieve', '--cursor', '', '--confirm-cursor', ''], 'To read everything again: --full-resync'],
    [
      ['retrieve', '--cursor', 'k'.repeat(700), '--confirm-cursor', ''],
      '--cursor is no pagination key: it has 700 characters; allowed is printable text of at most 512 characters',
    ],
    [
      ['retrieve', '--cursor', 'k\u0007', '--confirm-cursor', ''],
      '--cursor is no pagination key: it has 2 characters, of which not all are printable; allowed is',
    ],
    [['retrieve', '--full-resync', '--file', 'x'], '--full-resync and --file cannot be combined'],
    [
      ['retrieve', '--cursor', 'k', '--confirm-cursor', 'other'],
      "which is '' (empty: from the beginning). Nothing was changed",
    ],
    [['retrieve', '--file', 'none.json'], 'none.json cannot be read: there is no such file'],
    [['retrieve', '--file', ''], '--file is empty: it takes the name of a file'],
  ])('%j is wrong usage, and nothing is started', async (words, told) => {
    const before = await countTraces();
    const { code, stdout, stderr } = await line.run('run', ...words);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(told)]);
    expect(await countTraces()).toEqual(before);
  });

  test('a file with one wrong record is refused whole, with its place', async () => {
    const before = await countTraces();
    const records = Array.from({ length: 3_000 }, (_, index) => ({ ...record, changeNumber: index + 1 }));
    const file = line.write(
      'wrong.json',
      JSON.stringify({ tickets: [...records, { ...record, changedAt: 'Annabel' }] }),
    );
    const { code, stderr } = await line.run('run', 'retrieve', '--file', file);
    expect([code, stderr]).toEqual([
      1,
      matching(/wrong\.json cannot be replayed; nothing of it was kept.*\n {2}record 3001: changedAt /),
    ]);
    expect(stderr).not.toContain('Annabel');
    const empty = await line.run('run', 'retrieve', '--file', line.write('none-in-it.json', '{"tickets":[]}'));
    expect([empty.code, empty.stderr]).toEqual([1, matching(/The file .*none-in-it\.json holds no record: /)]);
    expect(await countTraces()).toEqual(before);
  });
});

test('a file is kept and its run started under the one id of the account; while it is open every other start is refused and names it', async () => {
  const lines = [1, 2, 3].map((changeNumber) => JSON.stringify({ ...record, changeNumber }));
  const file = line.write('records.ndjson', `${lines.join('\n')}\n`);
  const started = await line.ask('run', 'retrieve-too', '--file', file, '--who', 'ana', '--reason', 'replay');
  expect(started).toMatchObject({
    started: true,
    schedule: 'fcx-tixngo/retrieve-too',
    workflowId: 'retrieve-status/fc-example',
  });
  const { rows } = await line.pool
    .query(`select a.action, a.subject, a.who, a.reason, a.details ->> 'workflowId' as id, u.kind, u.content,
      (select array_agg(r.record order by r.position) from upload_record r where r.upload_id = u.id) as records
    from operator_action a join upload u on u.id = (a.details ->> 'upload')::bigint`);
  expect(rows).toEqual([
    {
      action: 'replay file',
      subject: 'fcx-tixngo/retrieve-too',
      who: 'ana',
      reason: 'replay',
      id: 'retrieve-status/fc-example',
      kind: 'records',
      content: { records: 3 },
      records: lines,
    },
  ]);
  const before = await countTraces();
  for (const words of [['retrieve'], ['retrieve-too', '--full-resync'], ['retrieve', '--file', file]]) {
    const { code, stderr } = await line.run('run', ...words);
    expect([code, stderr]).toEqual([
      1,
      'The TIXNGO account fc-example is read already; it is read by one run at a time. Wait for it (tixngo log retrieve-status/fc-example --follow)\n',
    ]);
  }
  expect(await countTraces()).toEqual(before);
  await untilListed();
  expect((await line.run('status')).stdout).toMatch(
    /fcx-tixngo\/retrieve\tretrieve-status\t-\t-\tnever\t.*started \d+ .*ago, not planned yet/,
  );
});

/** Temporal's list lags its truth by moments. */
async function untilListed(): Promise<void> {
  const giveUpAt = Date.now() + 30_000;
  while (!JSON.stringify(await line.ask('status')).includes('"unplanned":[{') && Date.now() < giveUpAt);
}

test('the pagination key is shown, and a run of retrieve-status stands in status and log with its records', async () => {
  await setCursor('page-7');
  expect(await line.ask('pending', 'retrieve')).toEqual({
    schedule: 'fcx-tixngo/retrieve',
    organizer: 'fc-example',
    cursor: { paginationKey: 'page-7', movedAt: '2026-11-20T11:00:00+01:00', holder: null, putAside: 0 },
  });
  expect((await line.run('pending', 'retrieve')).stdout).toContain('pagination key: page-7\n');
  await seedClosedRetrieve(line.pool);
  await seedPutAside(line.pool);
  expect(await line.ask('log', '31')).toMatchObject({
    run: 31,
    function: 'retrieve-status',
    outcome: 'WARNING',
    retrieved: { pages: 2, records: 12, applied: 7, older: 2, repeated: 1, skipped: 0, putAside: 2, seen: 0 },
    putAside: {
      shown: 2,
      total: 2,
      records: [
        { number: 1, reason: 'UNKNOWN_TICKET', ticketId: '99', appliedAt: null },
        { number: 2, reason: 'INVALID', appliedAt: matching(/^\d{4}-/) },
      ],
    },
  });
  const log = await line.run('log', '31');
  expect(log.stdout).toContain(
    '12 records in 2 pages: 7 applied, 2 older than what is known, 1 known already, 2 put aside\n',
  );
  expect(log.stdout).toContain('1\tid:99\tUNKNOWN_TICKET\twaits\tticketId names no ticket\n');
  expect(log.stdout).not.toContain('Annabel');
  expect(await line.run('log', '31', '--outcome', 'REFUSED')).toMatchObject({ code: 2 });
  expect(await line.run('again', '31')).toMatchObject({
    code: 2,
    stderr: matching(/tixngo put-aside retry tries records again/),
  });
  // The good run of one schedule is a good run of the account that the other reads too.
  expect(await line.ask('status', '--check')).toMatchObject({
    schedules: [
      { function: 'inject-tickets', cursor: null },
      { function: 'inject-tickets' },
      { function: 'retrieve-status', late: false, cursor: { paginationKey: 'page-7', putAside: 1 } },
      { lastRun: { run: 31, outcome: 'WARNING', message: '2 records put aside' } },
    ],
  });
  expect((await line.run('status')).stdout).toContain(
    'fcx-tixngo/retrieve: 1 record put aside: tixngo put-aside list\n',
  );
  expect((await line.run('doctor')).stdout).toContain('good\tschedule fcx-tixngo/retrieve\tin Temporal\n');
});

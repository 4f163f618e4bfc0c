import { matching, openCommandLine, type CommandLine } from '../helpers/command-line';
import { seedClosedRetrieve, seedPutAside, setUpRetrieve } from './configuration-fixture';

let line: CommandLine;
jest.setTimeout(180_000);

// No worker runs here: what is started waits.
beforeAll(async () => {
  line = await openCommandLine('put-aside');
  await setUpRetrieve(line);
  await seedClosedRetrieve(line.pool);
  await seedPutAside(line.pool);
});
afterAll(() => line.close());

test('records put aside are listed without their payload, shown with it, and marked to be tried again, all or none', async () => {
  const list = await line.run('put-aside', 'list');
  expect([list.code, list.stdout.split('\n')]).toEqual([
    0,
    [
      'number\torganizer\treason\tproblem\tticket\tsince',
      '1\tfc-example\tUNKNOWN_TICKET\tticketId names no ticket\tid:99\t2026-11-20T11:00:00+01:00',
      '1 record of skipped tickets kept, and applied once these are not skipped: tixngo put-aside list --reason SKIPPED',
      '',
    ],
  ]);
  expect((await line.run('put-aside', 'list', '--reason', 'skipped')).stdout).toMatch(
    /^number.*\n3\tfc-example\tSKIPPED\tits ticket is on the skip list\tid:2\t[^\t]*\n$/,
  );
  expect((await line.run('put-aside', 'list', '--reason', 'INVALID')).stdout).toBe(
    'No record is put aside for INVALID\n',
  );
  expect(await line.run('put-aside', 'list', '--reason', 'x')).toMatchObject({
    code: 2,
    stderr: matching(/Allowed: UNKNOWN_TICKET, /),
  });
  expect(await line.ask('put-aside', 'list', '--organizer', 'fc-example')).toMatchObject({ total: 1, kept: 1 });
  expect(await line.run('put-aside', 'list', '--organizer', 'other')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: matching(/no organizer \(TIXNGO account\) other/),
  });
  expect((await line.run('put-aside', 'show', '1')).stdout).toContain('"firstName": "Annabel"');
  expect(await line.ask('put-aside', 'show', '2')).toMatchObject({
    number: 2,
    appliedAt: matching(/^\d{4}-.*\+0[12]:00$/),
    putAt: '2026-11-20T11:00:01+01:00',
    record: { ticketId: '1' },
  });
  expect(await line.run('put-aside', 'show', '9')).toMatchObject({ code: 1 });

  const wanted = async (): Promise<unknown> =>
    (await line.pool.query<{ id: string }>('select id from put_aside where retry_wanted')).rows;
  expect(await line.run('put-aside', 'retry', '1,2')).toMatchObject({
    code: 1,
    stderr: matching(/has the number 2; nothing was changed/),
  });
  expect(await line.run('put-aside', 'retry')).toMatchObject({ code: 2 });
  expect(await line.run('put-aside', 'retry', 'x')).toMatchObject({ code: 2 });
  expect(await line.run('put-aside', 'retry', '1', '--run', 'inject-league')).toMatchObject({ code: 2 });
  // While the account is read nothing is marked, because the run that was asked for cannot be started.
  expect(await line.run('run', 'retrieve')).toMatchObject({ code: 0 });
  expect(await line.run('put-aside', 'retry', '1', '--run', 'retrieve')).toMatchObject({
    code: 1,
    stderr: matching(/read already/),
  });
  expect(await wanted()).toEqual([]);
  expect(await line.ask('put-aside', 'retry', '--all', '--who', 'ana', '--reason', 'imported')).toEqual({
    retried: [1],
  });
  expect(await wanted()).toEqual([{ id: '1' }]);
  const { rows } = await line.pool.query(
    `select who, subject, reason, details from operator_action where action = 'put-aside retry'`,
  );
  expect(rows).toEqual([
    { who: 'ana', subject: 'organizer fc-example', reason: 'imported', details: { numbers: [1] } },
  ]);
});

test('a ticket that is taken off a skip list: how many records were kept of it meanwhile is said', async () => {
  await line.run('skip', 'add', 'retrieve', 'N2', 'N3');
  expect(await line.ask('skip', 'remove', 'retrieve', 'N2', 'N3')).toMatchObject({ removed: ['N2', 'N3'], kept: 1 });
  await line.run('skip', 'add', 'by-hand', 'N2');
  expect(await line.ask('skip', 'remove', 'by-hand', 'N2')).toMatchObject({ removed: ['N2'], kept: 0 });
});

test('a record that will never be applied is dropped: who and why is recorded, the fact stays, the payload goes', async () => {
  expect(await line.run('put-aside', 'drop', '1')).toMatchObject({
    code: 2,
    stderr: matching(/--reason TEXT is missing/),
  });
  const why = ['--who', 'ana', '--reason', 'a test of TIXNGO'];
  expect(await line.run('put-aside', 'drop', '1,2', ...why)).toMatchObject({
    code: 1,
    stderr: matching(/has the number 2; nothing was changed/),
  });
  expect((await line.run('put-aside', 'drop', '1', ...why)).stdout).toBe(
    '1 record dropped: never applied, payload deleted\n',
  );
  expect(await line.run('put-aside', 'drop', '1', ...why)).toMatchObject({ code: 1 });
  expect(await line.ask('put-aside', 'list')).toMatchObject({ total: 0, kept: 1 });
  expect(await line.ask('put-aside', 'show', '1')).toMatchObject({
    number: 1,
    record: null,
    dropped: { who: 'ana', reason: 'a test of TIXNGO', at: matching(/^\d{4}-/) },
  });
  const { stdout } = await line.run('put-aside', 'show', '1');
  expect(stdout).toMatch(/, dropped \d{4}-\S+ by ana: a test of TIXNGO; its payload is deleted\n$/);
  expect((await line.run('log', '31')).stdout).toMatch(/\n1\tid:99\tUNKNOWN_TICKET\tdropped since\t/);
  expect((await line.pool.query(`select from put_aside where record::text like '%Annabel%'`)).rowCount).toBe(0);
  expect(await line.ask('put-aside', 'drop', '3', ...why)).toEqual({ dropped: [3] });
});

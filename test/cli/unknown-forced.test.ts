import { openCommandLine, type CommandLine } from '../helpers/command-line';
import { interfaceX, schedulesX, seedOrganizations, seedTickets } from './configuration-fixture';

let line: CommandLine;
jest.setTimeout(120_000);

// No worker runs here: runs are rows as a worker leaves them.
beforeAll(async () => {
  line = await openCommandLine('unknown-forced');
  await seedOrganizations(line.pool);
  await seedTickets(line.pool, 2);
  expect(await line.run('migrate')).toMatchObject({ code: 0 });
});
afterAll(() => line.close());

/** The schedule by-hand with a list of forced numbers. */
async function applyForce(force: string): Promise<void> {
  const file = line.write('tixngo.yaml', `${interfaceX}${schedulesX}    force: ${force}\n`);
  expect(await line.run('apply', file)).toMatchObject({ code: 0 });
}

interface Run {
  readonly trigger: 'SCHEDULE' | 'OPERATOR';
  /** How many forced numbers named no ticket. */
  readonly unknown: number;
}

/** A run of by-hand that has ended; its number. */
async function addRun({ trigger, unknown }: Run): Promise<string> {
  const { rows } = await line.pool.query<{ run: string }>(
    `insert into execution (namespace, workflow_id, first_run_id, function, schedule_id, interface_id, organizer, trigger, overrides, settings,
        ending, closed_at, outcome)
      select 'other', 'w' || gen_random_uuid(), 'r', 'inject-tickets', s.id, s.interface_id, 'fc-example', $1,
        jsonb_build_object('forced', true, 'unknownForced', $2::integer), '{}', 'done', now(), 'WARNING'
      from schedule s where s.name = 'by-hand'
      returning id::text as run`,
    [trigger, unknown],
  );
  return rows[0]?.run ?? '';
}

/** What a command leaves that started a run. */
async function recordStart(run: string, details: object): Promise<void> {
  await line.pool.query(
    `insert into operator_action (who, action, subject, details)
      select 'ana', 'run', 'fcx-tixngo/by-hand', $2::jsonb || jsonb_build_object('workflowId', workflow_id, 'firstRunId', first_run_id)
      from execution where id = $1`,
    [run, JSON.stringify(details)],
  );
}

const named = async (run: string): Promise<unknown> => line.ask('log', run);

test('of a run that was started in the Temporal UI, or by a command that left no record, no number of the schedule is named', async () => {
  await applyForce('N1, B1');
  const run = await addRun({ trigger: 'OPERATOR', unknown: 1 });
  expect(await named(run)).toMatchObject({ unknownForced: [] });
  expect((await line.run('log', run)).stdout).not.toContain('forced, and no ticket');
  await recordStart(run, {});
  expect(await named(run)).toMatchObject({ unknownForced: ['B1'] });
});

test('of a run by the clock the numbers of its schedule are named until a file that changes the schedule is applied', async () => {
  await applyForce('A1');
  const run = await addRun({ trigger: 'SCHEDULE', unknown: 1 });
  expect(await named(run)).toMatchObject({ unknownForced: ['A1'] });
  // The same file again changes nothing.
  await applyForce('A1');
  expect(await named(run)).toMatchObject({ unknownForced: ['A1'] });
  await applyForce('B1');
  expect(await named(run)).toMatchObject({ unknownForced: [] });
  expect(await named(await addRun({ trigger: 'SCHEDULE', unknown: 1 }))).toMatchObject({ unknownForced: ['B1'] });
});

test('where not as many numbers of the schedule name no ticket as the run counted, none of them is named, and what a command gave is named all the same', async () => {
  await applyForce('N1, B1');
  const run = await addRun({ trigger: 'SCHEDULE', unknown: 2 });
  expect(await named(run)).toMatchObject({ unknownForced: [] });
  const { rows } = await line.pool.query<{ id: string }>(
    `insert into upload (kind, content, uploaded_by) values ('tickets', '["N2", "id:77"]', 'ana') returning id::text`,
  );
  const upload = Number(rows[0]?.id);
  const both = await addRun({ trigger: 'OPERATOR', unknown: 2 });
  await recordStart(both, { upload });
  expect(await named(both)).toMatchObject({ unknownForced: ['B1', 'id:77'] });
  const changed = await addRun({ trigger: 'OPERATOR', unknown: 1 });
  await recordStart(changed, { upload });
  expect(await named(changed)).toMatchObject({ unknownForced: ['id:77'] });
  const typed = await addRun({ trigger: 'OPERATOR', unknown: 3 });
  await recordStart(typed, { force: 'N1,C1' });
  expect(await named(typed)).toMatchObject({ unknownForced: ['C1'] });
});

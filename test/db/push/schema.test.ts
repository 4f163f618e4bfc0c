import { openRun } from '../../helpers/engine-run';
import { addTickets } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('schema');
});
beforeEach(async () => {
  await engine.reset();
  await addTickets(engine.database.pool, 1, 2);
  await openRun(engine).plan();
});
afterAll(() => engine.close());

const statuses = ['NOT_PRINTED', 'PRINTED', 'CONTROLLED', 'INVALIDATED', 'CANCELLED'];
const allowed: Readonly<Record<string, readonly string[]>> = {
  NOT_PRINTED: ['PRINTED', 'CONTROLLED', 'INVALIDATED', 'CANCELLED'],
  PRINTED: ['CONTROLLED', 'INVALIDATED', 'CANCELLED'],
  CONTROLLED: ['INVALIDATED', 'CANCELLED'],
  INVALIDATED: ['CANCELLED'],
  CANCELLED: [],
};

describe('a ticket moves forward only, whoever writes', () => {
  test.each(statuses.flatMap((from) => statuses.filter((to) => to !== from).map((to) => [from, to] as const)))(
    '%s to %s',
    async (from, to) => {
      await engine.query(`delete from ticket where id = 1`);
      await engine.query(
        `insert into ticket (id, organization_id, ticket_number, product_id, price, currency, status, controlled_at, status_changed_at)
       values (1, 1, 'A', 1, 1, 'CHF', $1, now(), '2026-01-01')`,
        [from],
      );
      const change = engine.query(`update ticket set status = $1 where id = 1`, [to]);
      if (allowed[from]?.includes(to) === true) {
        await change;
      } else if (from === 'PRINTED' && to === 'NOT_PRINTED') {
        // An import that is late says what was true before the injection: it is not believed, and no error.
        await change;
      } else {
        await expect(change).rejects.toMatchObject({ constraint: 'ticket_status_transition' });
      }
      const moved = allowed[from]?.includes(to) === true;
      expect(
        await engine.query(`select status, status_changed_at > '2026-01-02' as dated from ticket where id = 1`),
      ).toEqual([{ status: moved ? to : from, dated: moved }]);
    },
  );
});

test.each<[string, string, string]>([
  [
    'a second interface of an organization',
    `insert into interface (id, name, organization_id, organizer, type, url, api_key_reference, parameters)
     values (9, 'second', 1, 'club', 'TIXNGO', 'https://x.test/organizer/tickets', '{"env": "K"}', '{}')`,
    'interface_organization',
  ],
  [
    'a key instead of a reference to one',
    `update interface set api_key_reference = '{"key": "abc"}'`,
    'interface_api_key_reference_check',
  ],
  ['an interface URL of another path', `update interface set url = 'https://x.test/other'`, 'interface_url_check'],
  ['a status that nobody knows', `update ticket set status = 'LOST'`, 'ticket_status_transition'],
  [
    'a ticket number twice in an organization',
    `update ticket set ticket_number = 'N1' where id = 2`,
    'ticket_organization_id_ticket_number_key',
  ],
  [
    'a controlled ticket without its time',
    `insert into ticket (id, organization_id, ticket_number, product_id, price, currency, status) values (9, 1, 'C', 1, 1, 'CHF', 'CONTROLLED')`,
    'ticket_check2',
  ],
  ['a second claim of a ticket', `insert into claim values (1, 77)`, 'claim_pkey'],
  [
    'a second execution of a workflow run',
    `insert into execution (namespace, workflow_id, first_run_id, function, schedule_id, interface_id, organizer, trigger, settings)
     select namespace, workflow_id, first_run_id, function, schedule_id, interface_id, organizer, trigger, settings from execution`,
    'execution_namespace_workflow_id_first_run_id_key',
  ],
  [
    'an outcome that nobody knows',
    `insert into execution_undelivered values (1, 0, 1, 'LOST', 'X')`,
    'execution_undelivered_known_check',
  ],
  [
    'an outcome without its reason',
    `insert into execution_undelivered values (1, 0, 1, 'REFUSED')`,
    'execution_undelivered_code_check',
  ],
  [
    'a closed execution without an outcome',
    `update execution set closed_at = now(), ending = 'done'`,
    'execution_check',
  ],
  [
    'a batch of more than one call',
    `update execution_batch set ticket_ids = array_fill(1, '{51}'), mark_versions = array_fill(0, '{51}')`,
    'execution_batch_check',
  ],
  [
    'one range in two slots',
    `update call_slot set execution_id = 1, range_number = 0, until = now()`,
    'call_slot_execution_id_range_number_key',
  ],
  ['a push that prints without a point of sales', `update schedule set point_of_sales_id = null`, 'schedule_check1'],
])('Postgres refuses %s', async (_what, statement, constraint) => {
  await expect(engine.query(statement)).rejects.toMatchObject({ constraint });
});

test('an execution far away gets its part of the log when it opens', async () => {
  await engine.query(`alter sequence execution_id_seq restart with 60001`);
  await openRun(engine, { force: 'N1,N404' }).plan();
  expect(await engine.query(`select tableoid::regclass::text as part from execution_undelivered`)).toEqual([
    { part: 'execution_undelivered_3' },
  ]);
});

import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { LoadedMessage, PushDefinition } from '../../../activities/push/definition';
import { openRun } from '../../helpers/engine-run';
import { expectInvariants } from '../../helpers/engine-invariants';
import { addSchedule, addTickets } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';

/** The smallest push there can be: its five things, and nothing of the engine. */
const pushControlled: PushDefinition = {
  function: 'push-controlled',
  operation: 'controlTickets',
  prints: false,
  select: ({ organizationId }) => ({
    function: 'push-controlled',
    due: sql<boolean>`(t.organization_id = ${organizationId}::bigint and t.status = 'CONTROLLED' and p.ticket_id is null)`,
    forceable: sql<boolean>`(t.organization_id = ${organizationId}::bigint and t.status = 'CONTROLLED')`,
  }),
  openLoader: (world) => ({
    load: async (ticketIds) => {
      const { rows } = await world.database.pool.query<{ id: string; row: string; at: string | null; version: number }>(
        `select t.id, t.xmin::text as row, to_char(t.controlled_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at,
           coalesce(p.version, 0) as version
         from ticket t left join processed p on p.ticket_id = t.id and p.function = 'push-controlled' where t.id = any ($1)`,
        [ticketIds],
      );
      return new Map(
        rows.map((row): [string, LoadedMessage] => {
          const json = JSON.stringify({ ticketId: row.id, controlledAt: row.at });
          const contentHash = createHash('sha256').update(json).digest('hex');
          const message = { kind: 'built', json, contentHash } as const;
          return [row.id, { rowVersion: row.row, markVersion: row.version, message }];
        }),
      );
    },
  }),
};

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('second push');
});
afterAll(() => engine.close());

test('another push goes through the same machinery: refusals, repeats and marks of its own', async () => {
  await addTickets(engine.database.pool, 1, 120);
  await openRun(engine).toEnd();
  await addSchedule(engine.database.pool, { id: 2, name: 'controlled', interface: 1, function: 'push-controlled' });
  await engine.query(`update ticket set status = 'CONTROLLED', controlled_at = now() where id <= 90`);
  // One that TIXNGO never got, and a call whose answer is lost.
  await addTickets(engine.database.pool, 200, 200);
  await engine.query(`update ticket set status = 'CONTROLLED', controlled_at = now() where id = 200`);
  await engine.admin.addFault({ kind: 'drop', at: 'after', operation: 'controlTickets', count: 2 });
  const options = { function: 'push-controlled', schedule: 'fcx/controlled', definition: pushControlled } as const;
  const report = await openRun(engine, options).toEnd();
  expect(report).toMatchObject({
    outcome: 'ERROR',
    planned: 91,
    delivered: 90,
    refused: 1,
    refusals: [{ code: 'TICKET_UNKNOWN', count: 1 }],
  });
  expect((await engine.admin.stateSummary()).byStatus).toEqual({ CONTROLLED: 90, INJECTED: 30 });
  // It prints nothing, and its marks are not those of the injection.
  expect(await engine.query(`select function, count(*)::integer from processed group by 1 order by 1`)).toEqual([
    { function: 'inject-tickets', count: 120 },
    { function: 'push-controlled', count: 90 },
  ]);
  expect(await engine.query(`select distinct status from ticket where id <= 90`)).toEqual([{ status: 'CONTROLLED' }]);
  await expectInvariants(engine, { function: 'push-controlled', operation: 'controlTickets' });
  await expectInvariants(engine);
  await engine.admin.clearCalls();
  expect(await openRun(engine, options).toEnd()).toMatchObject({ planned: 1, refused: 1 });
  expect(Object.keys((await engine.admin.calls('controlTickets')).tickets)).toEqual(['200']);
});

import { sql, type RawBuilder } from 'kysely';
import { dueCandidates, firstDue, planStart } from '../../../db/queries/push/candidates';
import { countStandingRefused } from '../../../db/queries/push/standing-refused';
import { selectForInject } from '../../../db/queries/inject-tickets/due';
import { addTickets } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('plan-cost');
});
beforeEach(() => engine.reset());
afterAll(() => engine.close());

describe('planning costs what it returns (100,000 tickets)', () => {
  const selection = selectForInject({ organizationId: '1', scheduleId: '1', products: [], skip: [] });
  const candidates = () =>
    dueCandidates({
      selection,
      after: planStart,
      openedAt: 'now',
      upperTicketId: '9999999',
      limit: 3,
      refusedLimit: 50,
    });
  const marks = `insert into processed (ticket_id, function, organizer, execution_id, sent_at)
    select i, 'inject-tickets', 'club', 1, now() from generate_series(4, 100000) i`;
  const outcomes = `insert into ticket_outcome (ticket_id, function, execution_id, outcome, code, attempted_at)
    select i, 'inject-tickets', 1, 'REFUSED', 'X', now() - interval '1 hour' from generate_series(4, 100000) i`;

  test.each([
    { what: 'all due', rest: 'NOT_PRINTED', more: '', most: 1_000 },
    { what: 'all printed but three', rest: 'PRINTED', more: marks, most: 1_000 },
    // Among tickets that all were refused those never tried are found by looking at all of them, once and not ticket by ticket.
    { what: 'all refused but three', rest: 'NOT_PRINTED', more: outcomes, most: 5_000 },
  ])('$what', async ({ rest, more, most }) => {
    // Without the checks of foreign keys, which would take most of the time.
    await engine.query(`begin; set local session_replication_role = replica;
      insert into ticket (id, organization_id, ticket_number, product_id, performance_id, price, currency, status)
      select i, 1, 'N' || i, 1, 1, 1, 'CHF', case when i <= 3 then 'NOT_PRINTED' else '${rest}' end
      from generate_series(1, 100000) i; ${more}; commit`);
    // Once as it is before Postgres has looked at the tables, and once as it is afterwards.
    for (const analyze of ['select 1', 'analyze ticket, ticket_outcome, processed']) {
      await engine.query(analyze);
      const { nodes, blocks } = await explain(sql`select * from (${candidates()}) c`);
      const scans = nodes.filter((node) => node === 'Seq Scan on ticket').length;
      // A table of 100,000 tickets has some thousand blocks.
      expect({ analyze, few: blocks < most, scans }).toEqual({ analyze, few: true, scans: most > 1_000 ? scans : 0 });
    }
    const { rows } = await sql<{ id: string }>`select id from (${candidates()}) c`.execute(engine.database.kysely);
    expect(rows.map(({ id }) => id)).toEqual(['1', '2', '3']);
    // A tick asks for one only, and mostly there is none.
    await engine.query(`update ticket set status = 'CANCELLED' where id <= 3`);
    const { nodes, blocks } = await explain(firstDue(selection));
    expect({ few: blocks < 1_000, scans: nodes.filter((node) => node === 'Seq Scan on ticket') }).toEqual({
      few: true,
      scans: [],
    });
  });

  test('standing refusals are looked up by their keys, whatever the statistics say', async () => {
    await addTickets(engine.database.pool, 1, 10_000);
    await engine.query(`insert into ticket_outcome (ticket_id, function, execution_id, outcome, code, attempted_at)
      select i * 10, 'inject-tickets', 1, 'REFUSED', 'X', now() from generate_series(1, 1000) i`);
    expect(await countStandingRefused(engine.database.kysely, { selection, execution: 7 })).toBe(1_000);
    const blocks = async () => {
      await engine.query(`select pg_stat_force_next_flush()`);
      const [row] = await engine.query<{ blocks: string }>(
        `select blks_hit + blks_read as blocks from pg_stat_database where datname = current_database()`,
      );
      return Number(row?.blocks);
    };
    const before = await blocks();
    await countStandingRefused(engine.database.kysely, { selection, execution: 7 });
    expect((await blocks()) - before).toBeLessThan(20_000);
  });
});

/** Nodes of the plan as it ran, and the blocks that it touched. */
async function explain(
  query: RawBuilder<unknown>,
): Promise<{ readonly nodes: readonly string[]; readonly blocks: number }> {
  const { rows } = await sql<{ 'QUERY PLAN': readonly { readonly Plan: PlanNode }[] }>`
    explain (analyze, buffers, format json) ${query}`.execute(engine.database.kysely);
  const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
  if (plan === undefined) throw new Error('Postgres explained nothing');
  return { nodes: namesOf(plan), blocks: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'] };
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Loops': number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly PlanNode[];
}

/** Parts that never ran cost nothing. */
function namesOf(node: PlanNode): readonly string[] {
  const own = node['Actual Loops'] > 0 ? [`${node['Node Type']} on ${node['Relation Name'] ?? ''}`] : [];
  return [...own, ...(node.Plans ?? []).flatMap(namesOf)];
}

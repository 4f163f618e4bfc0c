import { expectNothingDoubled, type MayRepeat } from './engine-doubles';
import type { Engine } from './engine-world';
import { expectNoneUnknown, expectSameTicketsPerKey } from './invariants';

/** What became of the tickets of an execution, counted from its rows. */
export interface Counted {
  readonly planned: number;
  readonly delivered: number;
  readonly refused: number;
  readonly skipped: number;
  readonly simulated: number;
  readonly unknown: number;
  readonly notTried: number;
}

export interface InvariantOptions extends MayRepeat {
  readonly function?: string;
  readonly operation?: string;
  /** Slots that may still be held for calls which nobody could record, until their lease is over. */
  readonly slotsInDoubt?: number;
}

/**
 * P1 to P5 of reliability.md after runs have ended, counted at the stand-in and in Postgres: nothing lost, no phantom, nothing doubled,
 * every report equal to its rows, nothing left held.
 */
export async function expectInvariants(engine: Engine, options: InvariantOptions = {}): Promise<void> {
  const { operation = 'injectTickets' } = options;
  await expectWholeReports(engine);
  await expectMarksMatch(engine, options);
  expectSameTicketsPerKey(await engine.admin.calls(operation));
  await expectNothingDoubled(engine, operation, options);
  await expectNothingHeld(engine, options);
}

/** P1, P5: planned is the sum of the outcomes, each with its reason, and the report says the same; of the executions that are closed by now. */
export async function expectWholeReports(engine: Engine): Promise<void> {
  const reports = await engine.query<{ id: string; reported: Counted; counted: Counted; unplanned: number }>(`
    select e.id,
      (select jsonb_object_agg(key, value) from jsonb_each(e.report) where key in
        ('planned', 'delivered', 'refused', 'skipped', 'simulated', 'unknown', 'notTried')) as reported,
      jsonb_build_object('planned', e.planned, 'delivered', n.delivered, 'refused', n.refused, 'skipped', n.skipped,
        'simulated', n.simulated, 'unknown', n.unknown, 'notTried', n.not_tried) as counted,
      (e.planned - n.all)::integer as unplanned
    from execution e, lateral (
      select count(*) as all, count(*) filter (where outcome = 'DELIVERED') as delivered,
        count(*) filter (where outcome = 'REFUSED') as refused, count(*) filter (where outcome = 'SKIPPED') as skipped,
        count(*) filter (where outcome = 'SIMULATED') as simulated, count(*) filter (where outcome = 'UNKNOWN') as unknown,
        count(*) filter (where outcome = 'NOT_TRIED') as not_tried
      from execution_ticket t where t.execution_id = e.id) n
    where e.closed_at is not null order by e.id`);
  for (const { id, reported, counted, unplanned } of reports) {
    expect({ id, ...reported }).toEqual({ id, ...counted });
    expect({ id, unplanned }).toEqual({ id, unplanned: 0 });
  }
}

/** P2: accepted at the API is a subset of marked and unknown, marked a subset of accepted. */
async function expectMarksMatch(
  engine: Engine,
  { function: name = 'inject-tickets', operation = 'injectTickets' }: InvariantOptions,
): Promise<void> {
  const { tickets } = await engine.admin.calls(operation);
  const accepted = new Set(Object.entries(tickets).flatMap(([id, count]) => (count.accepted > 0 ? [id] : [])));
  const marked = await idsOf(engine, `select ticket_id as id from processed where function = $1`, [name]);
  const unknown = await idsOf(
    engine,
    `select ticket_id as id from ticket_outcome where function = $1 and outcome = 'UNKNOWN'`,
    [name],
  );
  expect({ lost: [...accepted].filter((id) => !marked.has(id) && !unknown.has(id)) }).toEqual({ lost: [] });
  expect({ phantoms: [...marked].filter((id) => !accepted.has(id)) }).toEqual({ phantoms: [] });
}

/** Closed executions hold neither claims nor slots. */
async function expectNothingHeld(engine: Engine, { slotsInDoubt = 0 }: InvariantOptions): Promise<void> {
  const held = await engine.query<{ what: string }>(`
    select 'claim' as what, c.execution_id from claim c join execution e on e.id = c.execution_id where e.closed_at is not null
    union all select 'slot', s.execution_id from call_slot s join execution e on e.id = s.execution_id where e.closed_at is not null`);
  const slots = held.filter(({ what }) => what === 'slot');
  expect(slots.length > slotsInDoubt ? held : held.filter(({ what }) => what !== 'slot')).toEqual([]);
}

/** P7: another run sends no delivered ticket, and calls only for refused ones; nothing was left UNKNOWN before it, nor is after it. */
export async function expectNothingSentAgain(engine: Engine, again: () => Promise<unknown>): Promise<void> {
  await expectNoneUnknown(engine.database);
  const marked = await idsOf(engine, `select ticket_id as id from processed`);
  const refused = await idsOf(engine, `select ticket_id as id from ticket_outcome where outcome = 'REFUSED'`);
  await engine.admin.clearCalls();
  await again();
  const { calls } = await engine.admin.calls();
  const sent = calls.flatMap(({ ticketIds }) => ticketIds);
  expect({ delivered: sent.filter((id) => marked.has(id)) }).toEqual({ delivered: [] });
  expect({ others: sent.filter((id) => !refused.has(id)) }).toEqual({ others: [] });
  expect(new Set(sent).size).toBeLessThanOrEqual(50);
  await expectNoneUnknown(engine.database);
}

async function idsOf(engine: Engine, text: string, values: readonly unknown[] = []): Promise<ReadonlySet<string>> {
  return new Set((await engine.query<{ id: string }>(text, values)).map(({ id }) => id));
}

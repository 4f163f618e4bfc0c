import { Migration } from '@mikro-orm/migrations';

/**
 * A delivery is kept with the call that brought it, as positions, and no longer as a row per ticket: a fifth of what an answer cost Postgres
 * (docs/performance.md, decision 33). `execution_ticket` stays what it was to readers, as a view.
 */
export class M0011DeliveredByCall extends Migration {
  override up(): void {
    this.addSql(`
      alter table call add column delivered integer[];
      update call c set delivered = d.positions
      from (
        select e.execution_id, k.batch, k.number, array_agg(e.position order by e.position) as positions
        from execution_ticket e cross join lateral (
          select c.batch, c.number from call c
          where c.execution_id = e.execution_id and c.batch = e.position / 50
          -- A call that was repeated names no more what an ousted attempt had learnt of it: any call of the batch can hold that.
          order by e.position <> all (c.positions), c.answered_at is null, c.refusal_code is not null, c.number desc limit 1) k
        where e.outcome = 'DELIVERED' and e.position >= 0
        group by e.execution_id, k.batch, k.number
      ) d
      where c.execution_id = d.execution_id and c.batch = d.batch and c.number = d.number;
      delete from execution_ticket where outcome = 'DELIVERED';

      alter table execution_batch add column lowest_ticket_id bigint, add column highest_ticket_id bigint;
      update execution_batch b set lowest_ticket_id = s.lowest, highest_ticket_id = s.highest
      from (
        select x.execution_id, x.batch, min(u.id) as lowest, max(u.id) as highest
        from execution_batch x, unnest(x.ticket_ids) as u(id) group by x.execution_id, x.batch
      ) s
      where b.execution_id = s.execution_id and b.batch = s.batch;
      alter table execution_batch alter column lowest_ticket_id set not null, alter column highest_ticket_id set not null;
      -- Finds the runs of one ticket: a batch holds neighbours, so its span is nearly as good as its tickets, and costs one entry.
      create index execution_batch_span on execution_batch using gist (int8range(lowest_ticket_id, highest_ticket_id, '[]'));

      alter table execution_ticket rename to execution_undelivered;
      alter index execution_ticket_pkey rename to execution_undelivered_pkey;
      alter index execution_ticket_ticket rename to execution_undelivered_ticket;
      drop index execution_ticket_odd;
      alter table execution_undelivered rename constraint execution_ticket_outcome_check to execution_undelivered_known_check;
      alter table execution_undelivered drop constraint execution_ticket_check;
      alter table execution_undelivered
        add constraint execution_undelivered_outcome_check check (outcome <> 'DELIVERED'),
        add constraint execution_undelivered_code_check check (outcome = 'SIMULATED' or code is not null);

      do $rename$
      declare
        part record;
      begin
        for part in
          select c.relname::text as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
          where i.inhparent = 'execution_undelivered'::regclass
        loop
          execute format('alter table %I rename to %I', part.name, replace(part.name, 'execution_ticket', 'execution_undelivered'));
        end loop;
      end $rename$;

      create or replace function execution_partition_for(execution bigint) returns void language plpgsql as $part$
      declare
        width constant bigint := 20000;
        part bigint := execution / width;
        name text := 'execution_undelivered_' || part;
      begin
        if to_regclass(name) is not null then return; end if;
        perform pg_advisory_xact_lock(hashtext('execution_partition_for'));
        if to_regclass(name) is not null then return; end if;
        execute format('create table %I (like execution_undelivered including defaults including constraints)', name);
        execute format('alter table execution_undelivered attach partition %I for values from (%s) to (%s)',
          name, part * width, (part + 1) * width);
      end $part$;

      -- A delivery stands whatever else was recorded of the ticket, and counts once: two calls may have brought it. 'offset 0' keeps each
      -- look-up to its key: joined, all calls of a run would be read for each of them while Postgres believes that there are few (decision 30).
      create view execution_ticket as
      select c.execution_id, c.batch, d.position, b.ticket_ids[d.position % 50 + 1] as ticket_id, 'DELIVERED' as outcome,
        null::text as code, null::text as field, null::text as message, coalesce(c.answered_at, c.announced_at) as recorded_at
      from call c
        cross join lateral (
          select x.ticket_ids from execution_batch x where x.execution_id = c.execution_id and x.batch = c.batch offset 0) b
        cross join unnest(c.delivered) as d(position)
      where c.number = 1 or not exists (
        select from call f where f.execution_id = c.execution_id and f.batch = c.batch and f.number < c.number
          and d.position = any (f.delivered) offset 0)
      union all
      select u.execution_id, floor(u.position / 50.0::float8)::integer, u.position, u.ticket_id, u.outcome, u.code, u.field, u.message, u.recorded_at
      from execution_undelivered u
      where not exists (
        select from call c where c.execution_id = u.execution_id and c.batch = u.position / 50
          and u.position = any (c.delivered) offset 0);

      -- Claims are asked for by ticket. A close looks through those that are open, once; the index cost each claim a quarter more.
      drop index claim_execution;
    `);
  }
}

import { Migration } from '@mikro-orm/migrations';

/** Tokens are unique in their account, not in their slot alone; else as m0009 (docs/decisions/0006). */
export class M0017SlotTokens extends Migration {
  override up(): void {
    this.addSql(`
      create or replace function take_call_slot(
        run bigint, run_namespace text, run_workflow text, run_first text, run_range integer, taker bigint, lease double precision
      ) returns table (
        n integer, token bigint, organizer text, known boolean, closed boolean, ending boolean, paused boolean, held_back boolean
      ) language plpgsql as $take$
      #variable_conflict use_column
      declare
        e record;
        picked integer;
        raised bigint;
      begin
        select x.id, x.organizer, x.interface_id, i.parallel_calls, x.closed_at is not null as closed, x.ending is not null as ending,
          x.paused_at is not null as paused, not x.simulation and (i.paused or coalesce(g.paused, false)) as held_back into e
        from execution x join interface i on i.id = x.interface_id left join organizer_gate g on g.organizer = x.organizer
        where x.id = run and x.namespace = run_namespace and x.workflow_id = run_workflow and x.first_run_id = run_first;
        if not found then
          return query select null::integer, null::bigint, null::text, false, false, false, false, false;
          return;
        end if;

        -- Counting and taking are one step per account: two ranges must not both take the last slot that an interface may hold.
        perform pg_advisory_xact_lock(hashtext('call_slot'), hashtext(e.organizer));
        if not (e.closed or e.ending or e.paused or e.held_back) then
          select s.n into picked from call_slot s
          where s.execution_id = run and s.range_number = run_range and s.until > now();
          if picked is null then
            -- Its own slot is anybody's past its time: this range may take it again, or any other, as the limits allow.
            update call_slot s set token = s.token + 1, interface_id = null, execution_id = null, range_number = null,
              worker_id = null, held_since = null, until = null
            where s.execution_id = run and s.range_number = run_range;
            select s.n into picked from call_slot s
            where s.organizer = e.organizer
              and s.n not in (select h.n from held_call_slots(e.organizer) h)
              -- The interface counts also when it was archived or moved to another account under way: its open run must come to an end.
              and s.n <= (select max(i.parallel_calls) from interface i
                where (i.organizer = e.organizer and i.archived_at is null) or i.id = e.interface_id)
              and e.parallel_calls > (
                select count(*) from held_call_slots(e.organizer) h where h.interface_id = e.interface_id)
              -- Whoever waits for the limit of its own interface could not take a slot of the account: it holds back no other.
              and not exists (
                select from slot_wait o join execution x on x.id = o.execution_id join interface i on i.id = x.interface_id
                where o.organizer = e.organizer and o.execution_id <> run and o.until > now()
                  and o.since < coalesce((select m.since from slot_wait m
                    where m.execution_id = run and m.range_number = run_range), now())
                  and i.parallel_calls > (
                    select count(*) from held_call_slots(e.organizer) h where h.interface_id = i.id))
            order by s.n limit 1 for no key update;
          end if;
        end if;

        if picked is not null then
          -- Above all that were given before: a range may get another slot than its older attempt had, and a token tells their calls apart.
          update call_slot s set token = 1 + (select max(t.token) from call_slot t where t.organizer = e.organizer),
            interface_id = e.interface_id, execution_id = run, range_number = run_range,
            worker_id = taker, held_since = now(), until = now() + make_interval(secs => lease)
          where s.organizer = e.organizer and s.n = picked
          returning s.token into raised;
        end if;
        if picked is not null or e.closed or e.ending or e.paused or e.held_back then
          delete from slot_wait w where w.execution_id = run and w.range_number = run_range;
        else
          insert into slot_wait as w (organizer, execution_id, range_number, until)
          values (e.organizer, run, run_range, now() + interval '5 seconds')
          on conflict (execution_id, range_number) do update set until = excluded.until;
        end if;
        return query select picked, raised, e.organizer::text, true, e.closed, e.ending, e.paused, e.held_back;
      end $take$;
    `);
  }
}

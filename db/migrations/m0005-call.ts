import { Migration } from '@mikro-orm/migrations';

/** Calls, slots, the gate of an organizer, worker sessions: what keeps calls apart and within the account's limit. */
export class M0005Call extends Migration {
  override up(): void {
    this.addSql(`
      create table worker (
        id bigint generated always as identity primary key,
        name text not null,
        backend_pid integer not null,
        backend_start timestamptz not null,
        started_at timestamptz not null default now()
      );

      -- A session that began under this postmaster and is gone is a worker that is gone. One from before its start, or before the recovery
      -- after a crashed backend (which ends all sessions and resets these statistics), went with it and proves nothing.
      create function worker_may_live(worker_id bigint) returns boolean language sql stable as $may$
        select exists (
          select from worker w
          where w.id = worker_id and (w.backend_start < (
            select greatest(pg_postmaster_start_time(), stats_reset) from pg_stat_wal) or exists (
            select from pg_stat_get_activity(w.backend_pid) a where a.backend_start = w.backend_start)))
      $may$;

      create table call (
        execution_id bigint not null references execution on delete cascade,
        batch integer not null,
        number integer not null,
        range_number integer not null,
        key text not null,
        positions integer[] not null,
        worker_id bigint not null,
        token bigint not null,
        announced_at timestamptz not null default now(),
        deadline timestamptz not null,
        repeats integer not null default 0,
        answered_at timestamptz,
        refusal_code text,
        refusal_message text,
        primary key (execution_id, batch, number)
      ) with (fillfactor = 70);
      create index call_unanswered on call (execution_id, range_number) where answered_at is null;

      create table organizer_gate (
        organizer tixngo_code primary key,
        not_before timestamptz,
        failing_since timestamptz,
        failing_code text,
        probe_at timestamptz,
        key_refused_at timestamptz,
        paused boolean not null default false
      ) with (fillfactor = 50);

      create table call_slot (
        organizer tixngo_code not null references organizer_gate,
        n integer not null,
        token bigint not null default 0,
        interface_id bigint,
        execution_id bigint,
        range_number integer,
        worker_id bigint,
        held_since timestamptz,
        until timestamptz,
        primary key (organizer, n),
        unique (execution_id, range_number),
        check ((execution_id is null) = (until is null))
      ) with (fillfactor = 50);

      create table slot_wait (
        organizer tixngo_code not null,
        execution_id bigint not null,
        range_number integer not null,
        since timestamptz not null default now(),
        until timestamptz not null,
        primary key (execution_id, range_number)
      );
      create index slot_wait_organizer on slot_wait (organizer, since);
    `);
  }
}

import { Migration } from '@mikro-orm/migrations';

/** The story of every run: what it planned, which calls it announced, what became of each ticket. */
export class M0004Execution extends Migration {
  override up(): void {
    this.addSql(`
      create table execution (
        id bigint generated always as identity primary key,
        namespace text not null,
        workflow_id text not null,
        first_run_id text not null,
        function text not null check (function in
          ('inject-tickets', 'push-cancelled', 'push-controlled', 'retrieve-status', 'inject-privileges')),
        schedule_id bigint not null references schedule,
        interface_id bigint not null references interface,
        organizer tixngo_code not null,
        trigger text not null check (trigger in ('SCHEDULE', 'OPERATOR')),
        overrides jsonb not null default '{}',
        settings jsonb not null,
        simulation boolean not null default false,
        opened_at timestamptz not null default now(),
        upper_ticket_id bigint,
        planned integer not null default 0,
        slices integer not null default 0,
        planned_all boolean not null default false,
        ranges_finished integer not null default 0,
        whole_refusals_in_a_row integer not null default 0,
        calls_without_acceptance integer not null default 0,
        narrowing_range integer,
        trial text not null default 'none' check (trial in ('none', 'wanted', 'taken')),
        paused_at timestamptz,
        paused_ms bigint not null default 0,
        ending text check (ending in ('done', 'operator', 'kill ratio', 'outage', 'all refused', 'failed')),
        ending_reason text,
        last_sign_at timestamptz not null default now(),
        closed_at timestamptz,
        outcome text check (outcome in ('OK', 'WARNING', 'SKIPPED', 'ERROR')),
        report jsonb,
        claims_left boolean not null default false,
        unique (namespace, workflow_id, first_run_id),
        check ((closed_at is null) = (outcome is null)),
        check (closed_at is null or ending is not null)
      ) with (fillfactor = 70);
      create index execution_schedule on execution (schedule_id, id desc);
      create index execution_opened on execution (opened_at);
      create index execution_open on execution (organizer) where closed_at is null;
      create index execution_claims_left on execution (organizer) where claims_left;

      create table execution_slice (
        execution_id bigint not null references execution on delete cascade,
        number integer not null check (number >= 1),
        first_batch integer not null,
        batches integer not null,
        tickets integer not null,
        cursor jsonb,
        last boolean not null,
        planned_at timestamptz not null default now(),
        primary key (execution_id, number)
      );

      create table execution_batch (
        execution_id bigint not null references execution on delete cascade,
        batch integer not null,
        slice integer not null,
        ticket_ids bigint[] not null,
        mark_versions integer[] not null,
        tried_before boolean[] not null,
        primary key (execution_id, batch),
        check (cardinality(ticket_ids) = cardinality(mark_versions) and cardinality(ticket_ids) between 1 and 50)
      );

      create table execution_ticket (
        execution_id bigint not null,
        position integer not null,
        ticket_id bigint not null,
        outcome text not null check (outcome in
          ('DELIVERED', 'SKIPPED', 'REFUSED', 'SIMULATED', 'UNKNOWN', 'NOT_TRIED')),
        code text,
        field text,
        message text,
        recorded_at timestamptz not null default now(),
        primary key (execution_id, position),
        check (outcome in ('DELIVERED', 'SIMULATED') or code is not null)
      ) partition by range (execution_id);
      create index execution_ticket_ticket on execution_ticket (ticket_id, execution_id);
      create index execution_ticket_odd on execution_ticket (execution_id, outcome) where outcome <> 'DELIVERED';

      create function execution_partition_for(execution bigint) returns void language plpgsql as $part$
      declare
        width constant bigint := 20000;
        part bigint := execution / width;
        name text := 'execution_ticket_' || part;
      begin
        if to_regclass(name) is not null then return; end if;
        perform pg_advisory_xact_lock(hashtext('execution_partition_for'));
        if to_regclass(name) is not null then return; end if;
        execute format('create table %I (like execution_ticket including defaults including constraints)', name);
        execute format('alter table execution_ticket attach partition %I for values from (%s) to (%s)',
          name, part * width, (part + 1) * width);
      end $part$;
      select execution_partition_for(0);

      create table ticket_outcome (
        ticket_id bigint not null,
        function push_function not null,
        execution_id bigint not null,
        outcome text not null check (outcome in ('SKIPPED', 'REFUSED', 'UNKNOWN', 'NOT_TRIED')),
        code text not null,
        field text,
        message text,
        attempted_at timestamptz,
        recorded_at timestamptz not null default now(),
        primary key (ticket_id, function)
      );
      create index ticket_outcome_unknown on ticket_outcome (function, ticket_id) where outcome = 'UNKNOWN';
      create index ticket_outcome_tried on ticket_outcome (function, attempted_at, ticket_id)
        where outcome not in ('UNKNOWN', 'REFUSED') and attempted_at is not null;
      create index ticket_outcome_refused on ticket_outcome (function, attempted_at, ticket_id)
        where outcome = 'REFUSED' and attempted_at is not null;

      create table processed (
        ticket_id bigint not null references ticket,
        function push_function not null,
        version integer not null default 1,
        organizer tixngo_code not null,
        execution_id bigint not null,
        reason text,
        content_hash bytea,
        sent_at timestamptz not null,
        primary key (ticket_id, function)
      );

      create table claim (
        ticket_id bigint primary key,
        execution_id bigint not null
      );
      create index claim_execution on claim (execution_id);
    `);
  }
}

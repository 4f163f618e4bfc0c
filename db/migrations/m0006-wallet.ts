import { Migration } from '@mikro-orm/migrations';

/** What retrieve-status reads back, and the records that could not be applied yet. */
export class M0006Wallet extends Migration {
  override up(): void {
    this.addSql(`
      create domain mobile_status as text check (value in (
        'INJECTED', 'DOWNLOADED', 'ASSIGNED', 'PENDING_TRANSFER', 'FAILURE_TRANSFER', 'FAILURE', 'TRANSFERRED',
        'BT_ACTIVATED', 'MANUAL_ACTIVATED', 'OFFLINE_ACTIVATED', 'ONLINE_ACTIVATED', 'ACTIVATED', 'DEACTIVATED',
        'CONTROLLED', 'DELETION_PENDING', 'DELETED', 'DEFAULT', 'INVALID', 'PENDING'));

      create table mobile_ticket (
        ticket_id bigint primary key references ticket,
        status mobile_status not null,
        change_number bigint not null,
        changed_at timestamptz not null,
        owner jsonb,
        holder jsonb,
        details jsonb,
        activation jsonb,
        transfer_level integer,
        deletion jsonb,
        read_at timestamptz not null default now()
      );
      create index mobile_ticket_deletion on mobile_ticket (ticket_id) where status in ('DELETION_PENDING', 'DELETED');

      create table mobile_ticket_history (
        ticket_id bigint not null references ticket,
        change_number bigint not null,
        status mobile_status not null,
        changed_at timestamptz not null,
        record jsonb not null,
        execution_id bigint not null,
        read_at timestamptz not null default now(),
        primary key (ticket_id, change_number)
      );

      create table distribution (
        id bigint generated always as identity primary key,
        ticket_id bigint not null references ticket,
        first_change_number bigint not null,
        old_contact_id bigint references contact,
        new_contact_id bigint references contact,
        action text not null default 'DISTRIBUTE' check (action = 'DISTRIBUTE'),
        status text not null check (status in ('PENDING', 'CONFIRMED', 'CANCELLED')),
        changed_at timestamptz not null,
        unique (ticket_id, first_change_number)
      );

      create table put_aside (
        id bigint generated always as identity primary key,
        organizer tixngo_code not null,
        identity text not null,
        ticket_id text,
        reason text not null,
        record jsonb not null,
        execution_id bigint not null,
        put_at timestamptz not null default now(),
        applied_at timestamptz,
        unique (organizer, identity)
      );
      create index put_aside_open on put_aside (ticket_id) where applied_at is null;

      create table retrieve_cursor (
        organizer tixngo_code primary key references organizer_gate,
        pagination_key text not null default '',
        version bigint not null default 0,
        holder_namespace text,
        holder_workflow_id text,
        holder_first_run_id text,
        lease_until timestamptz,
        moved_at timestamptz
      );
    `);
  }
}

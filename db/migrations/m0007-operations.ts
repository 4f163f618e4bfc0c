import { Migration } from '@mikro-orm/migrations';

/** Uploads, mails to send, what operators did, privilege definitions, call dumps. */
export class M0007Operations extends Migration {
  override up(): void {
    this.addSql(`
      create table upload (
        id bigint generated always as identity primary key,
        kind text not null check (kind in ('tickets', 'records')),
        schedule_id bigint references schedule,
        content jsonb not null,
        uploaded_at timestamptz not null default now(),
        uploaded_by text not null
      );

      create table privilege_definition (
        product_id bigint not null references product,
        organizer tixngo_code not null,
        content_hash bytea,
        lease_until timestamptz,
        sent_at timestamptz,
        primary key (product_id, organizer)
      );

      create table outbox (
        id bigint generated always as identity primary key,
        interface_id bigint not null references interface,
        execution_id bigint references execution,
        kind text not null check (kind in ('FAILED', 'REASON_CHANGED', 'STILL_FAILING', 'RECOVERED')),
        recipients text[] not null,
        subject text not null,
        body text not null,
        written_at timestamptz not null default now(),
        sent_at timestamptz,
        unique (execution_id, kind)
      );
      create index outbox_unsent on outbox (id) where sent_at is null;

      create table operator_action (
        id bigint generated always as identity primary key,
        at timestamptz not null default now(),
        who text not null,
        action text not null,
        subject text not null,
        reason text,
        details jsonb not null default '{}'
      );
      create index operator_action_at on operator_action (at);

      create table call_dump (
        id bigint generated always as identity primary key,
        execution_id bigint not null references execution on delete cascade,
        batch integer,
        number integer,
        direction text not null check (direction in ('REQUEST', 'ANSWER')),
        payload text not null,
        dumped_at timestamptz not null default now()
      );
      create index call_dump_at on call_dump (dumped_at);
    `);
  }
}

import { Migration } from '@mikro-orm/migrations';

/** What retrieve-status keeps beside the wallet's data: who filled a contact, where an upload stands, why a record was put aside. */
export class M0012RetrieveStatus extends Migration {
  override up(): void {
    this.addSql(`
      alter table execution
        add column retrieved jsonb,
        add column upload_position bigint not null default 0 check (upload_position >= 0);
      alter table retrieve_cursor add column holder_execution_id bigint;

      -- Columns that a record fills, as JSON: a contact that still holds what was written may be mended by a record (decision 35).
      create function wallet_contact_data(c contact) returns jsonb language sql stable as $data$
        select jsonb_build_object('title', c.title, 'first_name', c.first_name, 'last_name', c.last_name, 'email', c.email,
          'date_of_birth', c.date_of_birth, 'nationality', c.nationality, 'id_number', c.id_number, 'mobile_phone', c.mobile_phone,
          'country', c.country, 'language', c.language, 'has_internet_account', c.has_internet_account,
          'consent_institution', c.consent_institution, 'consent_third_party', c.consent_third_party)
      $data$;
      create table wallet_contact (
        contact_id bigint primary key references contact on delete cascade,
        change_number bigint not null,
        written jsonb not null
      );

      create table upload_record (
        upload_id bigint not null references upload on delete cascade,
        position bigint not null check (position >= 1),
        record text not null,
        primary key (upload_id, position)
      );

      alter table put_aside
        add column problem text not null default '',
        add column retry_wanted boolean not null default false;
      alter table put_aside alter column problem drop default;
      drop index put_aside_open;
      create index put_aside_open on put_aside (organizer, id) where applied_at is null;
      create index put_aside_open_ticket on put_aside (ticket_id) where applied_at is null and ticket_id is not null;
    `);
  }
}

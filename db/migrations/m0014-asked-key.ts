import { Migration } from '@mikro-orm/migrations';

/** Pagination keys that an account was asked for: one that comes back is known for what it is, whichever run asked (reliability.md F21). */
export class M0014AskedKey extends Migration {
  override up(): void {
    this.addSql(`
      create table asked_key (
        organizer tixngo_code not null references retrieve_cursor on delete cascade,
        pagination_key text not null,
        execution_id bigint not null,
        newest_change bigint,
        primary key (organizer, pagination_key)
      );
    `);
  }
}

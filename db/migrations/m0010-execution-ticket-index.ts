import { Migration } from '@mikro-orm/migrations';

/**
 * The index by ticket no longer holds the execution: Postgres 18 can skip through it by execution alone, and while it believed the table
 * small it did so instead of using the key: 1.3 s for what a range loads of its plan (docs/performance.md).
 */
export class M0010ExecutionTicketIndex extends Migration {
  override up(): void {
    this.addSql(`
      drop index execution_ticket_ticket;
      create index execution_ticket_ticket on execution_ticket (ticket_id);
    `);
  }
}

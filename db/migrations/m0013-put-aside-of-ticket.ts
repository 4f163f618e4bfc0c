import { Migration } from '@mikro-orm/migrations';

/**
 * A change number is that of its ticket (decision 37): what is put aside is known by both. A row that names no ticket keeps its identity, and is
 * listed, shown and tried again as before. The index is for what a run has put aside, which was looked for in the whole table.
 */
export class M0013PutAsideOfTicket extends Migration {
  override up(): void {
    this.addSql(`
      update put_aside set identity = identity || ' of ticket ' || btrim(ticket_id), ticket_id = btrim(ticket_id)
      where identity ~ '^change [0-9]+$' and btrim(ticket_id) <> '';
      create index put_aside_run on put_aside (execution_id, id);
    `);
  }
}

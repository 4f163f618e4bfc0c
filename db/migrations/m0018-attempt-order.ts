import { Migration } from '@mikro-orm/migrations';

/** When Temporal scheduled the attempt that holds the cursor: one scheduled before does not take it (docs/decisions/0034). */
export class M0018AttemptOrder extends Migration {
  override up(): void {
    this.addSql('alter table retrieve_cursor add column holder_attempt_at timestamptz;');
  }
}

import { Migration } from '@mikro-orm/migrations';

/** What the time of a call without a valid answer counts by, beside its announcement: over attempts and workers, so on record (decision 23). */
export class M0016CallTimes extends Migration {
  override up(): void {
    this.addSql(`alter table call add column conflict_after interval, add column counts_until timestamptz;`);
  }
}

import { Migration } from '@mikro-orm/migrations';

/**
 * A record that an operator dropped: it will never be applied, so its payload, which is personal data, goes; that there was one stays (decision 47).
 * Who dropped it, when and why is in `operator_action`.
 */
export class M0015DroppedPutAside extends Migration {
  override up(): void {
    this.addSql(`
      alter table put_aside
        add column dropped_at timestamptz,
        alter column record drop not null,
        add constraint put_aside_dropped check ((record is null) = (dropped_at is not null) and (dropped_at is null or applied_at is null));
    `);
  }
}

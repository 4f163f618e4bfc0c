import { Migration } from '@mikro-orm/migrations';

/**
 * A worker whose session was ended while it lives proves its row again within a second: only one that is not seen for 4 s is dead
 * (docs/decisions/0007). `-infinity`: it ended by itself, with no call under way.
 */
export class M0008WorkerSeen extends Migration {
  override up(): void {
    this.addSql(`
      alter table worker add column seen_at timestamptz not null default now();
      alter table worker set (fillfactor = 50);

      -- A session from before the start of this postmaster, or before the recovery after a crashed backend (which ends all sessions and
      -- resets these statistics), went with it and proves nothing: then only the deadline of a call counts.
      create or replace function worker_may_live(worker_id bigint) returns boolean language sql stable as $may$
        select exists (
          select from worker w
          where w.id = worker_id and w.seen_at > '-infinity' and (w.seen_at > now() - interval '4 seconds'
            or w.backend_start < (select greatest(pg_postmaster_start_time(), stats_reset) from pg_stat_wal)
            or exists (select from pg_stat_get_activity(w.backend_pid) a where a.backend_start = w.backend_start)))
      $may$;
    `);
  }
}

import { sql } from 'kysely';
import type { Database } from '../../database';
import { onlyRow } from '../../prepared';
import { epochMs } from './epoch-ms';

/** A record that a run put aside, without its payload. */
export interface RunPutAsideRow {
  readonly id: string;
  readonly identity: string;
  readonly ticketId: string | null;
  readonly reason: string;
  /** What is wrong, by path. */
  readonly problem: string;
  readonly putAtMs: number;
  /** Both null while it waits. */
  readonly appliedAtMs: number | null;
  readonly droppedAtMs: number | null;
}

export interface RunPutAside {
  readonly total: number;
  /** In the order in which they were read. */
  readonly records: readonly RunPutAsideRow[];
}

/** The records that a run of retrieve-status put aside, whatever became of them since; without those that are kept of skipped tickets. */
export async function listRunPutAside(
  database: Database,
  wanted: { readonly run: number; readonly limit: number },
): Promise<RunPutAside> {
  const { rows } = await sql<RunPutAside>`
    select (select count(*) from put_aside p where p.execution_id = ${wanted.run} and p.reason <> 'SKIPPED')::float8 as total,
      coalesce((select json_agg(json_build_object('id', l.id::text, 'identity', l.identity, 'ticketId', l.ticket_id, 'reason', l.reason,
          'problem', l.problem, 'putAtMs', ${epochMs('l.put_at')}, 'appliedAtMs', ${epochMs('l.applied_at')},
          'droppedAtMs', ${epochMs('l.dropped_at')}) order by l.id)
        from (select * from put_aside p where p.execution_id = ${wanted.run} and p.reason <> 'SKIPPED' order by p.id limit ${wanted.limit}) l), '[]') as records
  `.execute(database.kysely);
  return onlyRow(rows);
}

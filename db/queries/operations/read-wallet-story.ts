import { type RawBuilder, sql } from 'kysely';
import { judgeResale, type Resale, type ResaleFacts } from '../../../core/resale';
import type { MobileStatus } from '../../../core/retrieve-status/wallet-record';
import type { Database } from '../../database';
import { onlyRow } from '../../prepared';
import { epochMs } from './epoch-ms';

/** What the wallet told of one ticket. */
export interface WalletStory {
  /** Null: nothing was read back. */
  readonly current: WalletCurrent | null;
  /** The newest first. */
  readonly history: readonly WalletChange[];
  /** Its transfers in their order. */
  readonly transfers: readonly WalletTransfer[];
  /** The contact that it was sold to, and the cultural contact now; ids. */
  readonly initialContactId: string | null;
  readonly currentContactId: string | null;
  /** The run of retrieve-status that wrote its mark: the ticket was seen in the wallet without one. */
  readonly seenBy: { readonly run: number; readonly atMs: number } | null;
  /** Records of the ticket that are put aside; and those that are kept while it is skipped. */
  readonly putAside: number;
  readonly kept: number;
  /** Whether its seat may be sold again, and if not, why (domain.md 7.4). */
  readonly resale: Resale;
}

export interface WalletCurrent {
  readonly status: MobileStatus;
  readonly changeNumber: number;
  readonly changedAtMs: number;
  readonly readAtMs: number;
  readonly transferLevel: number | null;
  /** Spectator and assignee as TIXNGO has them: personal data, for the operator's own screen only. */
  readonly owner: unknown;
  readonly holder: unknown;
  readonly details: unknown;
  readonly activation: unknown;
  readonly deletion: unknown;
}

export interface WalletChange {
  readonly changeNumber: number;
  readonly status: MobileStatus;
  readonly changedAtMs: number;
  readonly readAtMs: number;
  readonly run: number;
}

export interface WalletTransfer {
  readonly firstChangeNumber: number;
  readonly oldContactId: string | null;
  readonly newContactId: string | null;
  readonly action: string;
  readonly status: 'PENDING' | 'CONFIRMED' | 'CANCELLED';
  readonly changedAtMs: number;
}

function countOpen(comparison: RawBuilder<unknown>): RawBuilder<number> {
  return sql`(select count(*)::integer from put_aside a
    where a.ticket_id = wanted.id::text and a.applied_at is null and a.dropped_at is null and a.reason ${comparison} 'SKIPPED')`;
}

/** One row, whatever is known. */
export async function readWalletStory(database: Database, ticketId: string): Promise<WalletStory> {
  const { rows } = await sql<Omit<WalletStory, 'resale'> & { readonly facts: Omit<ResaleFacts, 'mobile'> }>`
    select
      (select json_build_object('status', m.status, 'changeNumber', m.change_number, 'changedAtMs', ${epochMs('m.changed_at')},
          'readAtMs', ${epochMs('m.read_at')}, 'transferLevel', m.transfer_level, 'owner', m.owner, 'holder', m.holder,
          'details', m.details, 'activation', m.activation, 'deletion', m.deletion)
        from mobile_ticket m where m.ticket_id = wanted.id) as "current",
      coalesce((select json_agg(json_build_object('changeNumber', h.change_number, 'status', h.status,
          'changedAtMs', ${epochMs('h.changed_at')}, 'readAtMs', ${epochMs('h.read_at')}, 'run', h.execution_id)
          order by h.change_number desc)
        from mobile_ticket_history h where h.ticket_id = wanted.id), '[]') as "history",
      coalesce((select json_agg(json_build_object('firstChangeNumber', d.first_change_number, 'oldContactId', d.old_contact_id::text,
          'newContactId', d.new_contact_id::text, 'action', d.action, 'status', d.status, 'changedAtMs', ${epochMs('d.changed_at')})
          order by d.first_change_number)
        from distribution d where d.ticket_id = wanted.id), '[]') as "transfers",
      (select t.initial_contact_id::text from ticket t where t.id = wanted.id) as "initialContactId",
      (select t.current_contact_id::text from ticket t where t.id = wanted.id) as "currentContactId",
      (select json_build_object('run', p.execution_id, 'atMs', ${epochMs('p.sent_at')})
        from processed p join execution e on e.id = p.execution_id and e.function = 'retrieve-status'
        where p.ticket_id = wanted.id and p.function in ('inject-tickets', 'inject-privileges') limit 1) as "seenBy",
      ${countOpen(sql`<>`)} as "putAside", ${countOpen(sql`=`)} as "kept",
      json_build_object('status', coalesce((select t.status from ticket t where t.id = wanted.id), ''),
        'invalidationReason', (select t.invalidation_reason from ticket t where t.id = wanted.id),
        'replaced', exists (select from ticket t where t.replaces_ticket_id = wanted.id),
        'injected', exists (select from processed p where p.ticket_id = wanted.id and p.function in ('inject-tickets', 'inject-privileges'))
          or exists (select from ticket_outcome o where o.ticket_id = wanted.id and o.function in ('inject-tickets', 'inject-privileges')
            and o.outcome = 'UNKNOWN')) as "facts"
    from (select ${ticketId}::bigint as id) wanted`.execute(database.kysely);
  const { facts, ...story } = onlyRow(rows);
  return { ...story, resale: judgeResale({ ...facts, mobile: story.current?.status ?? null }) };
}

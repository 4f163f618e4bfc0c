import { type Kysely, type RawBuilder, sql } from 'kysely';

/** What decides whether a mail is due: how the schedule's last closed run ended when it was closed, and when the last mail was written. */
export interface LastRun {
  readonly outcome: string | null;
  readonly signature: string | null;
  readonly hoursSinceMail: number | null;
}

export interface LastRunInput {
  readonly scheduleId: string;
  /** Undefined while it has no row yet: then none is left out. */
  readonly execution: number | undefined;
}

/** The schedule's last closed execution before this one. */
export async function findLastRun(transaction: Kysely<unknown>, input: LastRunInput): Promise<LastRun> {
  const { rows } = await lastRun(input).execute(transaction);
  return rows[0] ?? { outcome: null, signature: null, hoursSinceMail: null };
}

/** The same as a part of another statement: one row, whether there was a run or not. */
export function lastRun({ scheduleId, execution = 0 }: LastRunInput): RawBuilder<LastRun> {
  return sql<LastRun>`
    select last.outcome, last.report ->> 'signature' as signature,
      (select extract(epoch from now() - max(m.written_at))::double precision / 3600
        from outbox m join execution x on x.id = m.execution_id where x.schedule_id = ${scheduleId}::bigint) as "hoursSinceMail"
    from (values (1)) as one(n)
      left join lateral (
        select coalesce(e.report ->> 'closedAs', e.outcome) as outcome, e.report from execution e
        where e.schedule_id = ${scheduleId}::bigint and e.id <> ${execution} and e.closed_at is not null
          and not e.simulation
        order by e.id desc limit 1) last on true`;
}

/** What a mail says. */
export interface Mail {
  readonly kind: string;
  readonly subject: string;
  readonly body: string;
}

/** Puts a mail into the outbox when the interface has recipients; once per execution and kind. */
export async function writeMail(
  transaction: Kysely<unknown>,
  mail: Mail & { readonly interfaceId: string; readonly execution: number },
): Promise<void> {
  await sql`
    insert into outbox (interface_id, execution_id, kind, recipients, subject, body)
    select i.id, ${mail.execution}, ${mail.kind}, i.notify, ${mail.subject}, ${mail.body}
    from interface i where i.id = ${mail.interfaceId}::bigint and cardinality(i.notify) > 0
    on conflict (execution_id, kind) do nothing
  `.execute(transaction);
}

import { sql } from 'kysely';
import type { Database } from '../../database';

/** Who did what to which subject, and why (domain.md 6.2). No personal data but the operator's own name. */
export interface OperatorAction {
  readonly who: string;
  readonly action: string;
  readonly subject: string;
  readonly reason?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export async function recordOperatorAction(database: Database, action: OperatorAction): Promise<void> {
  await sql`
    insert into operator_action (who, action, subject, reason, details)
    values (${action.who}, ${action.action}, ${action.subject}, ${action.reason ?? null},
      ${JSON.stringify(action.details ?? {})}::jsonb)`.execute(database.kysely);
}

import { Client } from 'pg';
import type { Timed } from './arena';
import type { RunDatabase } from './stage';

/** What a read-back leaves behind: how much, and a digest of each table, by people instead of the ids of their contacts. */
const statement = `
  select (select count(*)::integer from mobile_ticket_history) as history,
    (select count(*)::integer from mobile_ticket) as tickets,
    (select count(*)::integer from put_aside) as "putAside",
    json_build_object(
      'mobile_ticket', (select md5(string_agg(concat_ws('|', ticket_id, change_number, status, changed_at, owner, holder, details,
          activation, transfer_level, deletion), e'\n' order by ticket_id)) from mobile_ticket),
      'mobile_ticket_history', (select md5(string_agg(concat_ws('|', ticket_id, change_number, status, changed_at, record), e'\n'
          order by ticket_id, change_number)) from mobile_ticket_history),
      'distribution', (select md5(string_agg(concat_ws('|', d.ticket_id, d.first_change_number, d.status, d.changed_at, lower(a.email),
          lower(b.email)), e'\n' order by d.ticket_id, d.first_change_number))
        from distribution d left join contact a on a.id = d.old_contact_id left join contact b on b.id = d.new_contact_id),
      'ticket', (select md5(string_agg(concat_ws('|', t.id, t.status, lower(c.email)), e'\n' order by t.id))
        from ticket t left join contact c on c.id = t.current_contact_id),
      'contact', (select md5(string_agg(concat_ws('|', lower(email), title, first_name, last_name, date_of_birth, nationality, id_number,
          mobile_phone, country, language, has_internet_account, consent_institution, consent_third_party), e'\n'
          order by lower(email), first_name, last_name, id)) from contact)) as digests`;

/** What a read-back has left behind. */
export interface Left {
  readonly history: number;
  readonly tickets: number;
  readonly putAside: number;
  /** By table. */
  readonly digests: Readonly<Record<string, string | null>>;
}

/**
 * Holds what a pull left behind to what the API told (each change once, each ticket at its newest), and to what every other contender left
 * behind from the same records: two programs that share no code between the reader and the tables say the same. Empty when all is right.
 */
export class PullCheck {
  /** By number of records: what the first contender left. */
  private readonly firsts = new Map<number, Left['digests']>();

  async check(database: RunDatabase, told: { readonly records: number; readonly report: Timed['report'] }) {
    const left = await readLeft(database.url);
    const first = this.firsts.get(told.records) ?? left.digests;
    this.firsts.set(told.records, first);
    const others = Object.keys(first).filter((table) => first[table] !== left.digests[table]);
    const { report } = told;
    return [
      ...(left.history === told.records
        ? []
        : [`${String(left.history)} changes on record of ${String(told.records)}`]),
      ...(left.tickets === database.dueTicketIds.size
        ? []
        : [`${String(left.tickets)} tickets in the wallet of ${String(database.dueTicketIds.size)}`]),
      ...(left.putAside === 0 ? [] : [`${String(left.putAside)} records put aside`]),
      ...(others.length === 0 ? [] : [`${others.join(', ')} not as the first contender left it`]),
      ...(report === undefined || report.planned === told.records
        ? []
        : [`the report says ${String(report.planned)} records of ${String(told.records)}`]),
    ];
  }
}

/** Counts and digests of the database of this URL. */
export async function readLeft(url: string): Promise<Left> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Left>(statement);
    const [left] = rows;
    if (left === undefined) throw new Error('A selection without a table gives one row');
    return left;
  } finally {
    await client.end();
  }
}

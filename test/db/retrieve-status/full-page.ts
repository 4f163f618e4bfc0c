import type { PageEffects } from '../../../core/retrieve-status/page-state';
import { type Pages, toPerson, toRecord } from './page-fixture';

const transferred = toRecord(2, {
  status: 'TRANSFERRED',
  transferLevel: 1,
  transfer: { fromEmail: 'ana.ruiz@example.org', toEmail: 'ben@example.org' },
  json: JSON.stringify({
    changeNumber: 2,
    transfer: { to: { email: 'ben@example.org' } },
    spectatorDetails: { o: 1 },
    holder: { h: 1 },
    ticketDetails: { d: 1 },
    activation: { a: 1 },
    deletion: { x: 1 },
  }),
});
/** A page that does everything at once. */
export const full: Partial<PageEffects> = {
  history: [toRecord(1), transferred, toRecord(3, { ticketId: '2' })],
  current: [transferred, toRecord(3, { ticketId: '2' })],
  seen: ['1'],
  createContacts: [{ email: 'ben@example.org', person: toPerson(), changeNumber: 2 }],
  owners: [{ ticketId: '1', contact: { createdFor: 'ben@example.org' } }],
  distribution: [
    {
      ticketId: '1',
      rows: [
        {
          firstChangeNumber: 2,
          oldContact: { contactId: '1' },
          newContact: { createdFor: 'ben@example.org' },
          status: 'CONFIRMED',
          changedAt: '2026-11-20T10:00:02.000Z',
        },
      ],
    },
  ],
  putAside: [
    {
      identity: 'change 9 of ticket 99',
      ticketId: '99',
      reason: 'UNKNOWN_TICKET',
      problem: 'p',
      json: '{"changeNumber":9}',
    },
  ],
};
/** The contact that it creates. */
export const created = '1000000000000000';

/** All that pages write. */
export async function readState(pages: Pages): Promise<Readonly<Record<string, unknown>> | undefined> {
  const [row] = await pages.query<Record<string, unknown>>(`select
    (select coalesce(jsonb_object_agg(ticket_id, status || ' ' || change_number), '{}') from mobile_ticket) as mobile,
    (select coalesce(jsonb_agg(ticket_id || ':' || change_number || ' ' || status order by ticket_id, change_number), '[]')
      from mobile_ticket_history) as history,
    (select coalesce(jsonb_object_agg(ticket_id, function || ' ' || execution_id || ' ' || organizer), '{}') from processed) as marks,
    (select coalesce(jsonb_object_agg(id, status || ' ' || current_contact_id || ' ' || initial_contact_id), '{}')
      from ticket where status <> 'NOT_PRINTED' or current_contact_id <> 1) as tickets,
    (select coalesce(jsonb_agg(concat_ws(' ', ticket_id, first_change_number, old_contact_id, new_contact_id, action, status)
      order by ticket_id, first_change_number), '[]') from distribution) as distribution,
    (select coalesce(jsonb_agg(concat_ws(' ', organizer, identity, ticket_id, reason, problem, record, execution_id, applied_at is not null)
      order by id), '[]') from put_aside) as aside,
    (select count(*)::integer from contact) as contacts,
    (select pagination_key || ' ' || version from retrieve_cursor) as cursor,
    (select retrieved from execution where first_run_id = 'first') as counts`);
  return row;
}
/** The state before the first page. */
export const nothing = {
  mobile: {},
  history: [],
  marks: {},
  tickets: {},
  distribution: [],
  aside: [],
  contacts: 1,
  cursor: ' 0',
  counts: null,
};
/** The state after it, but for the numbers. */
export const everything = {
  mobile: { 1: 'TRANSFERRED 2', 2: 'DOWNLOADED 3' },
  history: ['1:1 DOWNLOADED', '1:2 TRANSFERRED', '2:3 DOWNLOADED'],
  marks: { 1: 'inject-tickets 1 club' },
  tickets: { 1: `PRINTED ${created} 1` },
  distribution: [`1 2 1 ${created} DISTRIBUTE CONFIRMED`],
  aside: ['club change 9 of ticket 99 99 UNKNOWN_TICKET p {"changeNumber": 9} 1 f'],
  contacts: 2,
  cursor: 'next 1',
};

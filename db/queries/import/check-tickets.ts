import { findDuplicates, findProblems, type RowCheck } from './problems';

// Every key of a ticket, looked up by the codes that the file holds.
const SOURCE = `staged s
  left join organization o on o.code = s.organization
  left join product p on p.organization_id = o.id and p.code = s.product
  left join performance f on f.product_id = p.id and f.code = s.performance
  left join tariff t on t.organization_id = o.id and t.code = s.tariff
  left join category c on c.organization_id = o.id and c.code = s.category
  left join shipment_mode m on m.organization_id = o.id and m.code = s.shipment_mode
  left join contact purchaser on purchaser.id = s.purchaser_id
  left join contact attendee on attendee.id = s.initial_contact_id
  left join contact beneficiary on beneficiary.id = s.beneficiary_id
  left join ticket old on old.id = s.id
  left join ticket taken on taken.organization_id = o.id and taken.ticket_number = s.ticket_number and taken.id <> s.id`;

// The same moves as in the trigger ticket_status_guard; PRINTED to NOT_PRINTED is no mistake, it is only never done.
const ALLOWED_MOVE = `(
  (old.status = 'NOT_PRINTED')
  or (old.status = 'PRINTED')
  or (old.status = 'CONTROLLED' and s.status in ('INVALIDATED', 'CANCELLED'))
  or (old.status = 'INVALIDATED' and s.status = 'CANCELLED'))`;

const CHECKS: readonly RowCheck[] = [
  {
    column: 'organization',
    bad: 's.organization is not null and o.id is null',
    reason: 'is not in the catalogue: import the catalogue first',
  },
  {
    column: 'organization',
    bad: 'o.id <> old.organization_id',
    reason: 'is not the one that the ticket with this id belongs to; a ticket never changes its organization',
  },
  {
    column: 'kind',
    bad: 'coalesce(s.kind, old.kind) <> old.kind',
    reason: 'is another than that of the ticket with this id',
  },
  unknown(
    'product',
    's.product is not null and o.id is not null and p.id is null',
    'in the catalogue of this organization',
  ),
  unknown(
    'performance',
    's.performance is not null and p.id is not null and f.id is null',
    'in the catalogue of this product',
  ),
  unknown(
    'tariff',
    's.tariff is not null and o.id is not null and t.id is null',
    'in the catalogue of this organization',
  ),
  unknown(
    'category',
    's.category is not null and o.id is not null and c.id is null',
    'in the catalogue of this organization',
  ),
  unknown(
    'shipmentMode',
    's.shipment_mode is not null and o.id is not null and m.id is null',
    'in the catalogue of this organization',
  ),
  unknown(
    'purchaser',
    's.purchaser_id is not null and purchaser.id is null',
    'among the contacts: import the contacts first',
  ),
  unknown(
    'culturalContact',
    's.initial_contact_id is not null and attendee.id is null',
    'among the contacts: import the contacts first',
  ),
  unknown(
    'beneficiary',
    's.beneficiary_id is not null and beneficiary.id is null',
    'among the contacts: import the contacts first',
  ),
  { column: 'ticketNumber', bad: 'taken.id is not null', reason: 'is that of another ticket of this organization' },
  {
    column: 'status',
    bad: `s.status <> old.status and not ${ALLOWED_MOVE}`,
    reason:
      'cannot follow the present one: tickets go from NOT_PRINTED or PRINTED to CONTROLLED, INVALIDATED, CANCELLED, and not back',
  },
  {
    column: 'controlledAt',
    bad: `s.controlled_at is null and coalesce(s.status, old.status) = 'CONTROLLED'`,
    reason: 'is mandatory for a ticket with status CONTROLLED',
  },
];

function unknown(column: string, bad: string, where: string): RowCheck {
  return { column, bad, reason: `is not ${where}` };
}

/** Statements that fill `problem` with what is wrong with staged tickets, in any order. */
export const checkTickets: readonly string[] = [
  findProblems(SOURCE, CHECKS),
  findDuplicates('id', 'id'),
  findDuplicates('ticketNumber', 'organization, ticket_number'),
  findDuplicates('replacesTicket', 'replaces_ticket_id'),
  findProblems(
    `(select * from staged where replaces_ticket_id is not null) s
     left join organization o on o.code = s.organization
     left join staged sibling on sibling.id = s.replaces_ticket_id
     left join ticket predecessor on predecessor.id = s.replaces_ticket_id
     left join ticket rival on rival.replaces_ticket_id = s.replaces_ticket_id and rival.id <> s.id`,
    [
      {
        column: 'replacesTicket',
        bad: 'sibling.id is null and predecessor.id is null',
        reason: 'is not among the tickets, neither in the database nor in this file',
      },
      {
        column: 'replacesTicket',
        bad: 'coalesce(sibling.organization <> s.organization, predecessor.organization_id <> o.id, false)',
        reason: 'is a ticket of another organization',
      },
      { column: 'replacesTicket', bad: 'rival.id is not null', reason: 'is already replaced by another ticket' },
    ],
  ),
  findLoops(),
];

/** Tickets that replace each other in a circle. Each ticket has one predecessor at most, so a walk either ends or comes back. */
function findLoops(): string {
  return `
  insert into problem
  with recursive link as (
    select id, replaces_ticket_id as before from staged where replaces_ticket_id is not null
  ), walk as (
    select l.id as start, l.before as at, 1 as steps from link l
    union all
    select w.start, coalesce(l.before, t.replaces_ticket_id), w.steps + 1
    from walk w
    left join link l on l.id = w.at
    left join ticket t on t.id = w.at and not exists (select from staged s where s.id = w.at)
    where w.at <> w.start and w.steps < 100 and (l.before is not null or t.replaces_ticket_id is not null)
  )
  select s.line, 'replacesTicket', 'replacesTicket leads back to this ticket'
  from walk w join staged s on s.id = w.start where w.at = w.start`;
}

/** Tickets whose predecessor is neither in the database nor any longer among the staged rows: run again until it adds nothing. */
export const checkOrphans = `
  insert into problem
  select s.line, 'replacesTicket', 'replacesTicket is a ticket that this import rejects'
  from staged s
  where s.replaces_ticket_id is not null
    and not exists (select from staged sibling where sibling.id = s.replaces_ticket_id)
    and not exists (select from ticket t where t.id = s.replaces_ticket_id)`;

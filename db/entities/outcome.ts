import { defineEntity, p, raw } from '@mikro-orm/core';
import { Ticket } from './ticket';

// What became of a ticket in each function: the last outcome, the mark, the claim.

export const TicketOutcome = defineEntity({
  name: 'TicketOutcome',
  tableName: 'ticket_outcome',
  properties: {
    ticketId: p.bigint('string').primary().autoincrement(false),
    function: p.text().primary(),
    executionId: p.bigint('string'),
    outcome: p.text(),
    code: p.text(),
    field: p.text().nullable(),
    message: p.text().nullable(),
    attemptedAt: p.datetime().nullable(),
    recordedAt: p.datetime().default(raw('now()')),
  },
});

export const Processed = defineEntity({
  name: 'Processed',
  tableName: 'processed',
  properties: {
    ticket: p.manyToOne(Ticket).primary(),
    function: p.text().primary(),
    version: p.integer().default(1),
    organizer: p.text(),
    executionId: p.bigint('string'),
    reason: p.text().nullable(),
    contentHash: p.blob().nullable(),
    sentAt: p.datetime(),
  },
});

export const Claim = defineEntity({
  name: 'Claim',
  tableName: 'claim',
  properties: {
    ticketId: p.bigint('string').primary().autoincrement(false),
    executionId: p.bigint('string'),
  },
});

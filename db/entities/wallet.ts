import { defineEntity, p, raw } from '@mikro-orm/core';
import { Contact } from './contact';
import { Ticket } from './ticket';

// What retrieve-status reads back.

export const MobileTicket = defineEntity({
  name: 'MobileTicket',
  tableName: 'mobile_ticket',
  properties: {
    ticketId: p.bigint('string').primary().autoincrement(false),
    status: p.text(),
    changeNumber: p.bigint('string'),
    changedAt: p.datetime(),
    owner: p.json<object>().nullable(),
    holder: p.json<object>().nullable(),
    details: p.json<object>().nullable(),
    activation: p.json<object>().nullable(),
    transferLevel: p.integer().nullable(),
    deletion: p.json<object>().nullable(),
    readAt: p.datetime().default(raw('now()')),
  },
});

export const MobileTicketHistory = defineEntity({
  name: 'MobileTicketHistory',
  tableName: 'mobile_ticket_history',
  properties: {
    ticket: p.manyToOne(Ticket).primary(),
    changeNumber: p.bigint('string').primary().autoincrement(false),
    status: p.text(),
    changedAt: p.datetime(),
    record: p.json<object>(),
    executionId: p.bigint('string'),
    readAt: p.datetime().default(raw('now()')),
  },
});

export const Distribution = defineEntity({
  name: 'Distribution',
  tableName: 'distribution',
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    ticket: p.manyToOne(Ticket),
    firstChangeNumber: p.bigint('string'),
    oldContact: p.manyToOne(Contact).nullable(),
    newContact: p.manyToOne(Contact).nullable(),
    action: p.text().default('DISTRIBUTE'),
    status: p.text(),
    changedAt: p.datetime(),
  },
});

export const PutAside = defineEntity({
  name: 'PutAside',
  tableName: 'put_aside',
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    organizer: p.text(),
    identity: p.text(),
    ticketId: p.text().nullable(),
    reason: p.text(),
    problem: p.text(),
    record: p.json<object>().nullable(),
    executionId: p.bigint('string'),
    putAt: p.datetime().default(raw('now()')),
    appliedAt: p.datetime().nullable(),
    droppedAt: p.datetime().nullable(),
    retryWanted: p.boolean().default(false),
  },
});

export const RetrieveCursor = defineEntity({
  name: 'RetrieveCursor',
  tableName: 'retrieve_cursor',
  properties: {
    organizer: p.text().primary(),
    paginationKey: p.text().default(''),
    version: p.bigint('string').default('0'),
    holderNamespace: p.text().nullable(),
    holderWorkflowId: p.text().nullable(),
    holderFirstRunId: p.text().nullable(),
    holderExecutionId: p.bigint('string').nullable(),
    holderAttemptAt: p.datetime().nullable(),
    leaseUntil: p.datetime().nullable(),
    movedAt: p.datetime().nullable(),
  },
});

export const AskedKey = defineEntity({
  name: 'AskedKey',
  tableName: 'asked_key',
  properties: {
    organizer: p.text().primary(),
    paginationKey: p.text().primary(),
    executionId: p.bigint('string'),
    newestChange: p.bigint('string').nullable(),
  },
});

export const WalletContact = defineEntity({
  name: 'WalletContact',
  tableName: 'wallet_contact',
  properties: {
    contactId: p.bigint('string').primary().autoincrement(false),
    changeNumber: p.bigint('string'),
    written: p.json<object>(),
  },
});

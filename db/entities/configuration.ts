import { defineEntity, p, raw } from '@mikro-orm/core';
import { Organization, PointOfSales } from './catalogue';
import { Ticket } from './ticket';

// What `tixngo apply` writes, and the skip list beside it.

export const Interface = defineEntity({
  name: 'Interface',
  tableName: 'interface',
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    name: p.text(),
    organization: p.manyToOne(Organization),
    organizer: p.text(),
    type: p.text(),
    url: p.text(),
    login: p.text().nullable(),
    apiKeyReference: p.json<object>(),
    notify: p.array().default(raw(`'{}'::text[]`)),
    parametersText: p.text().default(''),
    parameters: p.json<object>(),
    parallelCalls: p.integer().default(4),
    paused: p.boolean().default(false),
    archivedAt: p.datetime().nullable(),
  },
});

export const TicketTemplate = defineEntity({
  name: 'TicketTemplate',
  tableName: 'ticket_template',
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    interface: p.manyToOne(Interface),
    name: p.text(),
    lines: p.json<object>(),
  },
});

export const Schedule = defineEntity({
  name: 'Schedule',
  tableName: 'schedule',
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    interface: p.manyToOne(Interface),
    name: p.text(),
    function: p.text(),
    launch: p.text(),
    timing: p.json<object>().nullable(),
    batchSize: p.integer().nullable(),
    pointOfSales: p.manyToOne(PointOfSales).nullable(),
    ticketTemplate: p.manyToOne(TicketTemplate).nullable(),
    settings: p.json<object>(),
    archivedAt: p.datetime().nullable(),
  },
});

export const Skip = defineEntity({
  name: 'Skip',
  tableName: 'skip',
  properties: {
    schedule: p.manyToOne(Schedule).primary(),
    ticket: p.manyToOne(Ticket).primary(),
    reason: p.text(),
    addedAt: p.datetime().default(raw('now()')),
    addedBy: p.text(),
  },
});

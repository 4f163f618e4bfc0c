import { defineEntity, p, raw } from '@mikro-orm/core';
import { Execution } from './execution';

// Calls, slots and gates: what keeps calls apart and within the limit of the account.

export const Worker = defineEntity({
  name: 'Worker',
  tableName: 'worker',
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    name: p.text(),
    backendPid: p.integer(),
    backendStart: p.datetime(),
    startedAt: p.datetime().default(raw('now()')),
    seenAt: p.datetime().default(raw('now()')),
  },
});

export const Call = defineEntity({
  name: 'Call',
  tableName: 'call',
  properties: {
    execution: p.manyToOne(Execution).primary(),
    batch: p.integer().primary().autoincrement(false),
    number: p.integer().primary().autoincrement(false),
    rangeNumber: p.integer(),
    key: p.text(),
    positions: p.array(Number).columnType('integer[]'),
    workerId: p.bigint('string'),
    token: p.bigint('string'),
    announcedAt: p.datetime().default(raw('now()')),
    deadline: p.datetime(),
    repeats: p.integer().default(0),
    conflictAfter: p.text().columnType('interval').nullable(),
    countsUntil: p.datetime().nullable(),
    answeredAt: p.datetime().nullable(),
    refusalCode: p.text().nullable(),
    refusalMessage: p.text().nullable(),
    delivered: p.array(Number).columnType('integer[]').nullable(),
  },
});

export const OrganizerGate = defineEntity({
  name: 'OrganizerGate',
  tableName: 'organizer_gate',
  properties: {
    organizer: p.text().primary(),
    notBefore: p.datetime().nullable(),
    failingSince: p.datetime().nullable(),
    failingCode: p.text().nullable(),
    probeAt: p.datetime().nullable(),
    keyRefusedAt: p.datetime().nullable(),
    paused: p.boolean().default(false),
  },
});

export const CallSlot = defineEntity({
  name: 'CallSlot',
  tableName: 'call_slot',
  properties: {
    organizer: p.text().primary(),
    n: p.integer().primary().autoincrement(false),
    token: p.bigint('string').default('0'),
    interfaceId: p.bigint('string').nullable(),
    executionId: p.bigint('string').nullable(),
    rangeNumber: p.integer().nullable(),
    workerId: p.bigint('string').nullable(),
    heldSince: p.datetime().nullable(),
    until: p.datetime().nullable(),
  },
});

export const SlotWait = defineEntity({
  name: 'SlotWait',
  tableName: 'slot_wait',
  properties: {
    organizer: p.text(),
    executionId: p.bigint('string').primary().autoincrement(false),
    rangeNumber: p.integer().primary().autoincrement(false),
    since: p.datetime().default(raw('now()')),
    until: p.datetime(),
  },
});

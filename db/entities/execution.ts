import { defineEntity, p, raw } from '@mikro-orm/core';
import { Interface, Schedule } from './configuration';

// The story of every run.

export const Execution = defineEntity({
  name: 'Execution',
  tableName: 'execution',
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    namespace: p.text(),
    workflowId: p.text(),
    firstRunId: p.text(),
    function: p.text(),
    schedule: p.manyToOne(Schedule),
    interface: p.manyToOne(Interface),
    organizer: p.text(),
    trigger: p.text(),
    overrides: p.json<object>().default(raw(`'{}'::jsonb`)),
    settings: p.json<object>(),
    simulation: p.boolean().default(false),
    openedAt: p.datetime().default(raw('now()')),
    upperTicketId: p.bigint('string').nullable(),
    planned: p.integer().default(0),
    slices: p.integer().default(0),
    plannedAll: p.boolean().default(false),
    rangesFinished: p.integer().default(0),
    wholeRefusalsInARow: p.integer().default(0).fieldName('whole_refusals_in_a_row'),
    callsWithoutAcceptance: p.integer().default(0),
    narrowingRange: p.integer().nullable(),
    trial: p.text().default('none'),
    pausedAt: p.datetime().nullable(),
    pausedMs: p.bigint('string').default('0'),
    ending: p.text().nullable(),
    endingReason: p.text().nullable(),
    lastSignAt: p.datetime().default(raw('now()')),
    closedAt: p.datetime().nullable(),
    outcome: p.text().nullable(),
    report: p.json<object>().nullable(),
    claimsLeft: p.boolean().default(false),
    retrieved: p.json<object>().nullable(),
    uploadPosition: p.bigint('string').default('0'),
  },
});

export const ExecutionSlice = defineEntity({
  name: 'ExecutionSlice',
  tableName: 'execution_slice',
  properties: {
    execution: p.manyToOne(Execution).primary(),
    number: p.integer().primary().autoincrement(false),
    firstBatch: p.integer(),
    batches: p.integer(),
    tickets: p.integer(),
    cursor: p.json<object>().nullable(),
    last: p.boolean(),
    plannedAt: p.datetime().default(raw('now()')),
  },
});

export const ExecutionBatch = defineEntity({
  name: 'ExecutionBatch',
  tableName: 'execution_batch',
  properties: {
    execution: p.manyToOne(Execution).primary(),
    batch: p.integer().primary().autoincrement(false),
    slice: p.integer(),
    ticketIds: p.array().columnType('bigint[]'),
    markVersions: p.array(Number).columnType('integer[]'),
    triedBefore: p.array((text) => text === 't').columnType('boolean[]'),
    lowestTicketId: p.bigint('string'),
    highestTicketId: p.bigint('string'),
  },
});

export const ExecutionUndelivered = defineEntity({
  name: 'ExecutionUndelivered',
  tableName: 'execution_undelivered',
  properties: {
    executionId: p.bigint('string').primary().autoincrement(false),
    position: p.integer().primary().autoincrement(false),
    ticketId: p.bigint('string'),
    outcome: p.text(),
    code: p.text().nullable(),
    field: p.text().nullable(),
    message: p.text().nullable(),
    recordedAt: p.datetime().default(raw('now()')),
  },
});

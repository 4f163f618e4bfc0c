import { defineEntity, p, raw } from '@mikro-orm/core';
import { Product } from './catalogue';
import { Interface, Schedule } from './configuration';
import { Execution } from './execution';

// Uploads, privilege definitions, mails to send, what operators did, call dumps.

export const Upload = defineEntity({
  name: 'Upload',
  tableName: 'upload',
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    kind: p.text(),
    schedule: p.manyToOne(Schedule).nullable(),
    content: p.json<object>(),
    uploadedAt: p.datetime().default(raw('now()')),
    uploadedBy: p.text(),
  },
});

export const UploadRecord = defineEntity({
  name: 'UploadRecord',
  tableName: 'upload_record',
  properties: {
    upload: p.manyToOne(Upload).primary(),
    position: p.bigint('string').primary().autoincrement(false),
    record: p.text(),
  },
});

export const PrivilegeDefinition = defineEntity({
  name: 'PrivilegeDefinition',
  tableName: 'privilege_definition',
  properties: {
    product: p.manyToOne(Product).primary(),
    organizer: p.text().primary(),
    contentHash: p.blob().nullable(),
    leaseUntil: p.datetime().nullable(),
    sentAt: p.datetime().nullable(),
  },
});

export const Outbox = defineEntity({
  name: 'Outbox',
  tableName: 'outbox',
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    interface: p.manyToOne(Interface),
    execution: p.manyToOne(Execution).nullable(),
    kind: p.text(),
    recipients: p.array(),
    subject: p.text(),
    body: p.text(),
    writtenAt: p.datetime().default(raw('now()')),
    sentAt: p.datetime().nullable(),
  },
});

export const OperatorAction = defineEntity({
  name: 'OperatorAction',
  tableName: 'operator_action',
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    at: p.datetime().default(raw('now()')),
    who: p.text(),
    action: p.text(),
    subject: p.text(),
    reason: p.text().nullable(),
    details: p.json<object>().default(raw(`'{}'::jsonb`)),
  },
});

export const CallDump = defineEntity({
  name: 'CallDump',
  tableName: 'call_dump',
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    execution: p.manyToOne(Execution),
    batch: p.integer().nullable(),
    number: p.integer().nullable(),
    direction: p.text(),
    payload: p.text(),
    dumpedAt: p.datetime().default(raw('now()')),
  },
});

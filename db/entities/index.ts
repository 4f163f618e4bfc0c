import type { EntitySchema } from '@mikro-orm/core';
import {
  Organization,
  PointOfSales,
  Season,
  Site,
  TicketModel,
  Product,
  Performance,
  Tariff,
  Category,
  ShipmentMode,
} from './catalogue';
import { Contact } from './contact';
import { Ticket } from './ticket';
import { Interface, TicketTemplate, Schedule, Skip } from './configuration';
import { Execution, ExecutionSlice, ExecutionBatch, ExecutionUndelivered } from './execution';
import { TicketOutcome, Processed, Claim } from './outcome';
import { Worker, Call, OrganizerGate, CallSlot, SlotWait } from './call';
import {
  AskedKey,
  MobileTicket,
  MobileTicketHistory,
  Distribution,
  PutAside,
  RetrieveCursor,
  WalletContact,
} from './wallet';
import { Upload, UploadRecord, PrivilegeDefinition, Outbox, OperatorAction, CallDump } from './operations';

/** One entity per table; test/db/entities.test.ts holds them to the migrated schema. */
export const entities: readonly EntitySchema[] = [
  Organization,
  PointOfSales,
  Season,
  Site,
  TicketModel,
  Product,
  Performance,
  Tariff,
  Category,
  ShipmentMode,
  Contact,
  Ticket,
  Interface,
  TicketTemplate,
  Schedule,
  Skip,
  Execution,
  ExecutionSlice,
  ExecutionBatch,
  ExecutionUndelivered,
  TicketOutcome,
  Processed,
  Claim,
  Worker,
  Call,
  OrganizerGate,
  CallSlot,
  SlotWait,
  MobileTicket,
  MobileTicketHistory,
  Distribution,
  PutAside,
  RetrieveCursor,
  AskedKey,
  WalletContact,
  Upload,
  UploadRecord,
  PrivilegeDefinition,
  Outbox,
  OperatorAction,
  CallDump,
];

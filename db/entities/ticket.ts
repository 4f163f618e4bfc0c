import { defineEntity, p, raw } from '@mikro-orm/core';
import { Category, Organization, Performance, PointOfSales, Product, ShipmentMode, Tariff } from './catalogue';
import { Contact } from './contact';

// Tickets and cards.

export const Ticket = defineEntity({
  name: 'Ticket',
  tableName: 'ticket',
  properties: {
    id: p.bigint('string').primary().autoincrement(false),
    organization: p.manyToOne(Organization),
    ticketNumber: p.text(),
    kind: p.text().default('TICKET'),
    status: p.text().default('NOT_PRINTED'),
    statusChangedAt: p.datetime().default(raw('now()')),
    invalidationReason: p.text().nullable(),
    product: p.manyToOne(Product),
    performance: p.manyToOne(Performance).nullable(),
    tariff: p.manyToOne(Tariff).nullable(),
    category: p.manyToOne(Category).nullable(),
    shipmentMode: p.manyToOne(ShipmentMode).nullable(),
    salesChannelCode: p.text().nullable(),
    price: p.decimal().precision(14).scale(2),
    currency: p.text(),
    barcode: p.text().nullable(),
    fileId: p.bigint('string').nullable(),
    soldAt: p.datetime().nullable(),
    validFrom: p.datetime().nullable(),
    validTo: p.datetime().nullable(),
    gate: p.text().nullable(),
    block: p.text().nullable(),
    seatRow: p.text().nullable(),
    seat: p.text().nullable(),
    sortingKey: p.text().nullable(),
    purchaser: p.manyToOne(Contact).nullable(),
    initialContact: p.manyToOne(Contact).nullable(),
    currentContact: p.manyToOne(Contact).nullable(),
    beneficiary: p.manyToOne(Contact).nullable(),
    replacesTicketId: p.bigint('string').nullable(),
    controlledAt: p.datetime().nullable(),
    printedAt: p.datetime().nullable(),
    printedPos: p.manyToOne(PointOfSales).nullable(),
  },
});

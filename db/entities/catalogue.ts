import { defineEntity, p, raw } from '@mikro-orm/core';

// What S-360 sells and where: read by the syncs, written by S-360 or `tixngo import catalogue`.

export const Organization = defineEntity({
  name: 'Organization',
  tableName: 'organization',
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    code: p.text(),
    name: p.text(),
    timeZone: p.text(),
  },
});

export const PointOfSales = defineEntity({
  name: 'PointOfSales',
  tableName: 'point_of_sales',
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    organization: p.manyToOne(Organization),
    salesChannelCode: p.text(),
    posCode: p.text(),
    name: p.text(),
  },
});

export const Season = defineEntity({
  name: 'Season',
  tableName: 'season',
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    organization: p.manyToOne(Organization),
    code: p.text(),
    name: p.text(),
    startsAt: p.datetime(),
    endsAt: p.datetime(),
  },
});

export const Site = defineEntity({
  name: 'Site',
  tableName: 'site',
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    organization: p.manyToOne(Organization),
    code: p.text(),
    name: p.text(),
    nameTranslations: p.json<object>().nullable(),
    city: p.text().nullable(),
    cityTranslations: p.json<object>().nullable(),
    countryCode: p.text().nullable(),
    zip: p.text().nullable(),
    line1: p.text().nullable(),
    line2: p.text().nullable(),
    line3: p.text().nullable(),
    timeZone: p.text(),
  },
});

export const TicketModel = defineEntity({
  name: 'TicketModel',
  tableName: 'ticket_model',
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    organization: p.manyToOne(Organization),
    code: p.text(),
    name: p.text(),
    blockchain: p.boolean().default(false),
  },
});

export const Product = defineEntity({
  name: 'Product',
  tableName: 'product',
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    organization: p.manyToOne(Organization),
    code: p.text(),
    name: p.text(),
    nameTranslations: p.json<object>().nullable(),
    family: p.text(),
    activity: p.text().nullable(),
    season: p.manyToOne(Season).nullable(),
    ticketModel: p.manyToOne(TicketModel).nullable(),
    groupName: p.text().nullable(),
    groupNameTranslations: p.json<object>().nullable(),
    groupImageUrl: p.text().nullable(),
    imageUrl: p.text().nullable(),
    website: p.text().nullable(),
    metadata: p.json<object>().default(raw(`'[]'::jsonb`)),
    transferRules: p.json<object>().nullable(),
    comfortVariables: p.json<object>().default(raw(`'{}'::jsonb`)),
  },
});

export const Performance = defineEntity({
  name: 'Performance',
  tableName: 'performance',
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    product: p.manyToOne(Product),
    code: p.text(),
    name: p.text(),
    nameTranslations: p.json<object>().nullable(),
    site: p.manyToOne(Site),
    startsAt: p.datetime(),
    durationMinutes: p.integer().nullable(),
    hostTeam: p.text().nullable(),
    opposingTeam: p.text().nullable(),
    comfortVariables: p.json<object>().default(raw(`'{}'::jsonb`)),
  },
});

export const Tariff = defineEntity({
  name: 'Tariff',
  tableName: 'tariff',
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    organization: p.manyToOne(Organization),
    code: p.text(),
    name: p.text(),
  },
});

export const Category = defineEntity({
  name: 'Category',
  tableName: 'category',
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    organization: p.manyToOne(Organization),
    code: p.text(),
    name: p.text(),
  },
});

export const ShipmentMode = defineEntity({
  name: 'ShipmentMode',
  tableName: 'shipment_mode',
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    organization: p.manyToOne(Organization),
    code: p.text(),
    name: p.text(),
  },
});

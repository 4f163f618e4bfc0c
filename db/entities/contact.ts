import { defineEntity, p, raw } from '@mikro-orm/core';

// Purchasers, cultural contacts and beneficiaries.

export const Contact = defineEntity({
  name: 'Contact',
  tableName: 'contact',
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    title: p.text().nullable(),
    gender: p.text().nullable(),
    firstName: p.text().nullable(),
    lastName: p.text().nullable(),
    email: p.text().nullable(),
    dateOfBirth: p.date().nullable(),
    nationality: p.text().nullable(),
    idNumber: p.text().nullable(),
    mobilePhone: p.text().nullable(),
    country: p.text().nullable(),
    language: p.text().nullable(),
    birthRegion: p.text().nullable(),
    birthPlace: p.text().nullable(),
    kind: p.text().default('INDIVIDUAL'),
    hasInternetAccount: p.boolean().default(false),
    consentInstitution: p.boolean().nullable(),
    consentThirdParty: p.boolean().nullable(),
    createdAt: p.datetime().default(raw('now()')),
  },
});

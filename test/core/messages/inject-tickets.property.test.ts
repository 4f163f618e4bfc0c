import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { parse } from 'yaml';
import { toCanonicalJson } from '../../../core/messages/canonical-json';
import { createInjectBuilder, type InjectSettings } from '../../../core/messages/inject-tickets';
import { REFUSAL_CODES } from '../../../core/messages/refusal';
import type {
  ContactSnapshot,
  EventSnapshot,
  SiteSnapshot,
  TicketSnapshot,
} from '../../../core/messages/ticket-snapshot';
import { CONTACT, EVENT, SETTINGS, SITE, TICKET } from './inject-samples';

function readContract(): object {
  const document: unknown = parse(readFileSync(join(__dirname, '../../../docs/tixngo-api.yaml'), 'utf8'));
  if (typeof document !== 'object' || document === null) throw new Error('docs/tixngo-api.yaml holds no object');
  return document;
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema({ ...readContract(), $id: 'tixngo-api' });
const isTicket = ajv.compile({ $ref: 'tixngo-api#/components/schemas/Ticket' });

/** Mostly a good value, so that whole messages come out; else any text, a long one, nothing. */
function text(good: string | null, long = 600): fc.Arbitrary<string | null> {
  return fc.oneof(
    { weight: 200, arbitrary: fc.constant(good) },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom('', ' ', '\u0000', '\ud800', '😀'.repeat(50), 'x'.repeat(long)) },
    { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
    { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
  );
}

function required(good: string): fc.Arbitrary<string> {
  return text(good).map((value) => value ?? '');
}

function time(good: string | null): fc.Arbitrary<string | null> {
  const any = fc.date({
    min: new Date('0000-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59Z'),
    noInvalidDate: true,
  });
  return fc.oneof(
    { weight: 3, arbitrary: any.map((date) => date.toISOString()) },
    { weight: 3, arbitrary: text(good) },
  );
}

const contact: fc.Arbitrary<ContactSnapshot> = fc.record({
  title: text(CONTACT.title),
  gender: text('X'),
  firstName: text('Jörg'),
  lastName: text('山田'),
  email: text('jorg@example.com'),
  dateOfBirth: text('2000-02-29'),
  nationality: text('FR'),
  idNumber: text('1'),
  mobilePhone: text('+33'),
  country: text('FR'),
  language: text('fr'),
  birthRegion: text(null),
  birthPlace: text(null),
});

const ticket: fc.Arbitrary<TicketSnapshot> = fc.record({
  id: fc.oneof({ weight: 20, arbitrary: fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String) }, required('1')),
  ticketNumber: text(TICKET.ticketNumber),
  status: fc.constant('NOT_PRINTED'),
  price: fc.oneof(text('0.00'), fc.double({ noNaN: true, noDefaultInfinity: true }).map(String)),
  currency: text('CHF'),
  barcode: text('B1'),
  fileId: text('7'),
  soldAt: time(TICKET.soldAt),
  validFrom: time(null),
  validTo: time(null),
  gate: text('N'),
  block: text(null),
  row: text('1'),
  seat: text('2'),
  sortingKey: text('N1'),
  tariffName: text('Adult'),
  categoryName: text('1'),
  receiver: fc.option(contact, { freq: 30 }),
  purchaser: fc.option(contact),
  beneficiary: fc.option(contact),
});

const site: fc.Arbitrary<SiteSnapshot> = fc.record({
  name: text(SITE.name),
  city: text(SITE.city),
  countryCode: text('DE'),
  zip: text(SITE.zip),
  line1: text('1'),
  line2: text(null),
  line3: text(null),
  timeZone: fc.oneof(
    {
      weight: 20,
      arbitrary: fc.constantFrom('Europe/Berlin', 'Pacific/Apia', 'America/New_York', 'Asia/Kolkata', 'UTC', null),
    },
    text('Nowhere'),
  ),
});

const event: fc.Arbitrary<EventSnapshot> = fc.record({
  id: required('1'),
  name: text('Final'),
  site: fc.option(site),
  startsAt: time(EVENT.startsAt),
  durationMinutes: fc.option(fc.integer({ min: 0, max: 2 ** 31 - 1 })),
  group: fc.option(fc.record({ name: required('Cup'), image: text('i') })),
  website: text('w'),
  imageUrl: text('i'),
  transferRules: fc.option(fc.record({ groupId: required('g'), assignTransferLimit: fc.integer({ min: -2 }) })),
});

const settings: fc.Arbitrary<InjectSettings> = fc.record({
  activationMethod: fc.constantFrom('online', 'offline'),
  barcodePrefix: fc.constantFrom('', 'FCX-'),
  barcodeSuffix: fc.constantFrom('', '-1'),
  mainApplicant: fc.boolean(),
  enforceMandatoryParameters: fc.boolean(),
  timeZone: fc.constant(SETTINGS.timeZone),
});

function readObject(json: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(json);
  if (typeof value !== 'object' || value === null) throw new Error('The message is no object');
  return Object.fromEntries(Object.entries(value));
}

/** Every text that a snapshot holds and that is long enough to be told from our own words. */
function valuesOf(part: unknown): string[] {
  if (typeof part === 'string') return part.trim().length >= 12 ? [part] : [];
  return part !== null && typeof part === 'object' ? Object.values(part).flatMap(valuesOf) : [];
}

test('whatever S-360 holds: a message that the wire contract takes, or a refusal with a code, a path and no value of the ticket', () => {
  let sent = 0;
  let refused = 0;
  fc.assert(
    fc.property(ticket, event, settings, (someTicket, someEvent, someSettings) => {
      const result = createInjectBuilder(someSettings)(someTicket, someEvent);
      if ('refusal' in result) {
        refused++;
        const { code, field, message } = result.refusal;
        expect(REFUSAL_CODES).toContain(code);
        expect(field).toMatch(/^[A-Za-z]+(\.[A-Za-z0-9]+)*$/);
        expect(message.startsWith(field)).toBe(true);
        expect(valuesOf([someTicket, someEvent]).filter((value) => message.includes(value))).toEqual([]);
        return;
      }
      sent++;
      const { json, content } = result.message;
      const message = readObject(json);
      const valid = isTicket(message);
      // Only a missing field may go against the contract, and only when nothing is enforced.
      const errors = (isTicket.errors ?? []).filter(
        (error) => error.keyword !== 'required' || someSettings.enforceMandatoryParameters,
      );
      expect(errors).toEqual([]);
      expect(valid || !someSettings.enforceMandatoryParameters).toBe(true);
      const { spectatorDetails, ...rest } = message;
      expect(spectatorDetails).toBeDefined();
      expect(content).toBe(toCanonicalJson(rest));
    }),
    { numRuns: 1500, seed: 20260714 },
  );
  expect(sent).toBeGreaterThan(300);
  expect(refused).toBeGreaterThan(300);
});

test('the content hashed never depends on who owns the wallet', () => {
  const build = createInjectBuilder(SETTINGS);
  const sample = build(TICKET, EVENT);
  fc.assert(
    fc.property(contact, (receiver) => {
      const result = build({ ...TICKET, receiver }, EVENT);
      if ('refusal' in result || 'refusal' in sample) return;
      expect(result.message.content).toBe(sample.message.content);
    }),
  );
});

test('a builder that has built others before gives what a fresh one gives', () => {
  const few = fc.array(event, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(few, fc.array(ticket, { minLength: 2, maxLength: 8 }), settings, (events, tickets, someSettings) => {
      const build = createInjectBuilder(someSettings);
      for (const someTicket of tickets) {
        for (const someEvent of events) {
          expect(build(someTicket, someEvent)).toEqual(createInjectBuilder(someSettings)(someTicket, someEvent));
        }
      }
    }),
    { numRuns: 200 },
  );
});

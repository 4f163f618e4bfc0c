import { hash } from 'node:crypto';
import type { TicketSnapshot } from '../../../core/messages/ticket-snapshot';
import { messageOf, receiver, writtenOf, type Change } from './inject-build';
import { CONTACT } from './inject-samples';

test('a complete ticket becomes the whole message, times in the zone of its venue', () => {
  expect(messageOf({})).toEqual({
    ticketId: '9007199254740993',
    event: {
      id: '77001',
      name: 'Final',
      address: {
        site: 'Olympiastadion',
        city: 'Berlin',
        countryCode: 'DE',
        zip: '14053',
        line1: 'Olympischer Platz 3',
      },
      startTime: '2026-07-14T21:00:00+02:00',
      expirationDate: '2026-07-14T23:00:00+02:00',
      group: { name: 'EURO', image: 'https://img.example/euro.png' },
      website: 'https://event.example',
    },
    activationParameters: { method: 'offline' },
    security: { barcode: 'BC0001' },
    purchaseDetails: {
      price: 45.5,
      currency: 'EUR',
      category: 'Category 1',
      tariff: 'Adult',
      taxNumber: '12300123',
      fileId: '880',
      purchaseDate: '2026-02-01T00:30:00+01:00',
      mainApplicant: false,
    },
    spectatorDetails: {
      title: 'Ms',
      gender: 'F',
      firstName: 'Ada',
      lastName: 'Lovelace',
      email: 'ada@example.com',
      dateOfBirth: '1985-12-10',
      nationality: 'GB',
      idCardNumber: 'X123',
      phoneNumber: '+41790000000',
      residenceCountry: 'CH',
      language: 'en',
    },
    holder: {
      firstName: 'Ada',
      lastName: 'Lovelace',
      dateOfBirth: '1985-12-10',
      idCardNumber: 'X123',
      residenceCountry: 'CH',
    },
    sortingKey: 'N-12-C-007',
    imageUrl: 'https://img.example/final.png',
    ticketDetails: {
      main: [
        { key: 'gate', value: 'N' },
        { key: 'block', value: '12' },
        { key: 'row', value: 'C' },
        { key: 'seat', value: '7' },
      ],
    },
    transferRules: { allowTransfer: true, assignTransferLimit: -1 },
  });
});

describe('times that S-360 lacks', () => {
  test('without a duration an event expires 24 hours after its start', () => {
    expect(messageOf({ event: { durationMinutes: null } }).event.expirationDate).toBe('2026-07-15T21:00:00+02:00');
  });

  test('without a performance the validity of the ticket counts, in the zone of the organization when there is no venue', () => {
    const { event } = messageOf({ event: { startsAt: null, site: null } });
    expect(event).toMatchObject({
      startTime: '2026-07-14T17:00:00+02:00',
      expirationDate: '2026-07-15T05:00:00+02:00',
    });
    expect(event).not.toHaveProperty('address');
  });

  test('without either there is none', () => {
    const { event } = messageOf({ event: { startsAt: null }, ticket: { validFrom: null, validTo: null } });
    expect(event).not.toHaveProperty('startTime');
    expect(event).not.toHaveProperty('expirationDate');
  });
});

describe('mainApplicant', () => {
  const other = { ...CONTACT, firstName: 'Anne' };
  test.each<[rule: string, expected: boolean, ticket: Partial<TicketSnapshot>]>([
    ['true for the same person', true, {}],
    ['true where only the case of the e-mail differs', true, { purchaser: { ...CONTACT, email: 'ADA@example.com' } }],
    ['false for another first name', false, { purchaser: other }],
    ['false for another last name', false, { purchaser: { ...CONTACT, lastName: 'King' } }],
    ['false for another e-mail', false, { purchaser: { ...CONTACT, email: 'king@example.com' } }],
    ['false without purchaser', false, { purchaser: null }],
    ['false without beneficiary', false, { beneficiary: null }],
    [
      'false where both lack the e-mail',
      false,
      { purchaser: { ...CONTACT, email: null }, beneficiary: { ...CONTACT, email: null } },
    ],
  ])('%s', (_rule, expected, ticket) => {
    const settings = { mainApplicant: true };
    expect(messageOf({ ticket, settings }).purchaseDetails.mainApplicant).toBe(expected);
  });

  test('false when switched off', () => {
    expect(messageOf({ settings: { mainApplicant: false } }).purchaseDetails.mainApplicant).toBe(false);
  });
});

test('what is empty in S-360 does not travel', () => {
  const sent = messageOf({
    ticket: { gate: null, block: null, row: ' ', seat: null, beneficiary: null, sortingKey: null, fileId: null },
    event: { group: null, website: null, imageUrl: null, transferRules: null },
  });
  expect(Object.keys(sent)).toEqual([
    'activationParameters',
    'event',
    'purchaseDetails',
    'security',
    'spectatorDetails',
    'ticketId',
  ]);
});

describe('the content, the text behind the content hash', () => {
  const contentOf = (change: Change): string => writtenOf(change).content;

  test('stays when only the owner differs', () => {
    expect(contentOf(receiver({ email: 'king@example.com' }))).toBe(contentOf({}));
  });

  test.each<[what: string, change: Change]>([
    ['event', { event: { name: 'Moved' } }],
    ['holder', { ticket: { beneficiary: { ...CONTACT, firstName: 'Anne' } } }],
    ['gate', { ticket: { gate: 'S' } }],
    ['barcode', { settings: { barcodePrefix: 'X' } }],
    ['price', { ticket: { price: '45.51' } }],
    ['wallet rules', { event: { transferRules: { allowTransfer: false } } }],
  ])('differs with the %s', (_what, change) => {
    expect(contentOf(change)).not.toBe(contentOf({}));
  });

  test('does not depend on the order in which wallet rules are stored', () => {
    const turned = { assignTransferLimit: -1, allowTransfer: true };
    expect(contentOf({ event: { transferRules: turned } })).toBe(contentOf({}));
  });

  test('is the same text in every version, for its hash is kept with the mark', () => {
    expect(hash('sha256', contentOf({}))).toBe('8a04486c4cf47239b09af5580d26820d0d713c487dd38fcd4fe2215ee9740525');
  });
});

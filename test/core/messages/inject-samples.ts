import type { InjectSettings } from '../../../core/messages/inject-tickets';
import type {
  ContactSnapshot,
  EventSnapshot,
  SiteSnapshot,
  TicketSnapshot,
} from '../../../core/messages/ticket-snapshot';

export const CONTACT: ContactSnapshot = {
  title: 'Ms',
  gender: 'F',
  firstName: 'Ada',
  lastName: 'Lovelace',
  email: 'ada@example.com',
  dateOfBirth: '1985-12-10',
  nationality: 'GB',
  idNumber: 'X123',
  mobilePhone: '+41790000000',
  country: 'CH',
  language: 'en',
  birthRegion: null,
  birthPlace: null,
};

export const SITE: SiteSnapshot = {
  name: 'Olympiastadion',
  city: 'Berlin',
  countryCode: 'DE',
  zip: '14053',
  line1: 'Olympischer Platz 3',
  line2: null,
  line3: null,
  timeZone: 'Europe/Berlin',
};

export const EVENT: EventSnapshot = {
  id: '77001',
  name: 'Final',
  site: SITE,
  startsAt: '2026-07-14T19:00:00Z',
  durationMinutes: 120,
  group: { name: 'EURO', image: 'https://img.example/euro.png' },
  website: 'https://event.example',
  imageUrl: 'https://img.example/final.png',
  transferRules: { allowTransfer: true, assignTransferLimit: -1 },
};

export const TICKET: TicketSnapshot = {
  id: '9007199254740993',
  ticketNumber: '12300123',
  status: 'NOT_PRINTED',
  price: '45.50',
  currency: 'EUR',
  barcode: 'BC0001',
  fileId: '880',
  soldAt: '2026-01-31T23:30:00Z',
  validFrom: '2026-07-14T15:00:00Z',
  validTo: '2026-07-15T03:00:00Z',
  gate: 'N',
  block: '12',
  row: 'C',
  seat: '7',
  sortingKey: 'N-12-C-007',
  tariffName: 'Adult',
  categoryName: 'Category 1',
  receiver: CONTACT,
  purchaser: CONTACT,
  beneficiary: CONTACT,
};

export const SETTINGS: InjectSettings = {
  activationMethod: 'offline',
  barcodePrefix: '',
  barcodeSuffix: '',
  mainApplicant: false,
  enforceMandatoryParameters: true,
  timeZone: 'Europe/Zurich',
};

import { build, messageOf, receiver, site, type Change } from './inject-build';
import { CONTACT } from './inject-samples';

describe('a ticket that lacks what TIXNGO requires is refused with the field, and sent without it when nothing is enforced', () => {
  test.each<[field: string, change: Change]>([
    ['event.name', { event: { name: null } }],
    ['event.address.site', site({ name: null })],
    ['event.address.city', site({ city: '  ' })],
    ['event.address.countryCode', site({ countryCode: null })],
    ['event.address.zip', site({ zip: '' })],
    ['security.barcode', { ticket: { barcode: null }, settings: { barcodePrefix: 'FCX-' } }],
    ['purchaseDetails.price', { ticket: { price: null } }],
    ['purchaseDetails.currency', { ticket: { currency: null } }],
    ['purchaseDetails.taxNumber', { ticket: { ticketNumber: null } }],
    ['spectatorDetails.firstName', receiver({ firstName: null })],
    ['spectatorDetails.lastName', receiver({ lastName: ' ' })],
    ['spectatorDetails.email', receiver({ email: null })],
    ['spectatorDetails.firstName', { ticket: { receiver: null } }],
  ])('%s', (field, change) => {
    expect(build(change)).toEqual({
      refusal: {
        code: 'REQUIRED_FIELD_MISSING',
        field,
        message: `${field} is required by TIXNGO and empty in S-360`,
      },
    });
    const sent = messageOf({ ...change, settings: { ...change.settings, enforceMandatoryParameters: false } });
    expect(sent).not.toHaveProperty(field);
    expect(JSON.stringify(sent)).not.toContain('null');
  });
});

test.each([true, false])(
  'an id of the ticket or event is never left out, enforced or not (%s)',
  (enforceMandatoryParameters) => {
    const settings = { enforceMandatoryParameters };
    expect(build({ ticket: { id: '' }, settings })).toMatchObject({ refusal: { field: 'ticketId' } });
    expect(build({ event: { id: ' ' }, settings })).toMatchObject({ refusal: { field: 'event.id' } });
  },
);

describe('a text of the greatest length goes out, one character more is refused', () => {
  test.each<[field: string, max: number, change: (value: string) => Change]>([
    ['ticketId', 256, (id) => ({ ticket: { id } })],
    ['event.id', 256, (id) => ({ event: { id } })],
    ['event.name', 128, (name) => ({ event: { name } })],
    ['event.address.site', 200, (name) => site({ name })],
    ['event.address.city', 200, (city) => site({ city })],
    ['event.address.zip', 200, (zip) => site({ zip })],
    ['event.address.line1', 200, (line1) => site({ line1 })],
    ['event.address.line2', 200, (line2) => site({ line2 })],
    ['event.address.line3', 200, (line3) => site({ line3 })],
    ['event.group.name', 128, (name) => ({ event: { group: { name, image: null } } })],
    ['event.group.image', 256, (image) => ({ event: { group: { name: 'EURO', image } } })],
    ['event.website', 128, (website) => ({ event: { website } })],
    ['security.barcode', 512, (barcode) => ({ ticket: { barcode } })],
    ['purchaseDetails.currency', 20, (currency) => ({ ticket: { currency } })],
    ['purchaseDetails.category', 512, (categoryName) => ({ ticket: { categoryName } })],
    ['purchaseDetails.tariff', 512, (tariffName) => ({ ticket: { tariffName } })],
    ['purchaseDetails.taxNumber', 256, (ticketNumber) => ({ ticket: { ticketNumber } })],
    ['purchaseDetails.fileId', 256, (fileId) => ({ ticket: { fileId } })],
    ['spectatorDetails.firstName', 50, (firstName) => receiver({ firstName })],
    ['spectatorDetails.lastName', 100, (lastName) => receiver({ lastName })],
    ['spectatorDetails.title', 50, (title) => receiver({ title })],
    ['spectatorDetails.idCardNumber', 256, (idNumber) => receiver({ idNumber })],
    ['spectatorDetails.phoneNumber', 256, (mobilePhone) => receiver({ mobilePhone })],
    ['holder.idCardNumber', 256, (idNumber) => ({ ticket: { beneficiary: { ...CONTACT, idNumber } } })],
    ['holder.firstName', 50, (firstName) => ({ ticket: { beneficiary: { ...CONTACT, firstName } } })],
    ['holder.lastName', 100, (lastName) => ({ ticket: { beneficiary: { ...CONTACT, lastName } } })],
    ['sortingKey', 256, (sortingKey) => ({ ticket: { sortingKey } })],
    ['imageUrl', 256, (imageUrl) => ({ event: { imageUrl } })],
    ['transferRules.groupId', 256, (groupId) => ({ event: { transferRules: { groupId } } })],
  ])('%s: %i', (field, max, change) => {
    expect(build(change('a'.repeat(max)))).toHaveProperty('message');
    const settings = { enforceMandatoryParameters: false };
    expect(build({ ...change('a'.repeat(max + 1)), settings })).toEqual({
      refusal: {
        code: 'TOO_LONG',
        field,
        message: `${field} is ${String(max + 1)} characters long, at most ${String(max)} are allowed`,
      },
    });
  });

  test('an e-mail address: 256', () => {
    const local = 'a'.repeat(256 - '@example.com'.length);
    expect(build(receiver({ email: `${local}@example.com` }))).toHaveProperty('message');
    expect(build(receiver({ email: `${local}a@example.com` }))).toMatchObject({
      refusal: { code: 'TOO_LONG', field: 'spectatorDetails.email' },
    });
  });

  test('characters are Unicode code points: 50 letters outside the basic plane are 50', () => {
    expect(build(receiver({ firstName: '𠮷'.repeat(50) }))).toHaveProperty('message');
    expect(build(receiver({ firstName: '𠮷'.repeat(51) }))).toMatchObject({ refusal: { code: 'TOO_LONG' } });
  });

  test('prefix and suffix count for the length of the barcode', () => {
    const ticket = { barcode: 'b'.repeat(510) };
    expect(messageOf({ ticket, settings: { barcodePrefix: '<', barcodeSuffix: '>' } }).security.barcode).toBe(
      `<${'b'.repeat(510)}>`,
    );
    expect(build({ ticket, settings: { barcodePrefix: '<<', barcodeSuffix: '>' } })).toMatchObject({
      refusal: { code: 'TOO_LONG', field: 'security.barcode' },
    });
  });
});

describe('a value of another form is refused', () => {
  test.each<[code: string, field: string, change: Change]>([
    ['BAD_TICKET_ID', 'ticketId', { ticket: { id: '12#3' } }],
    ['BAD_TICKET_ID', 'ticketId', { ticket: { id: 'é' } }],
    ['BAD_CHARACTER', 'spectatorDetails.lastName', receiver({ lastName: 'Love\u0000lace' })],
    ['BAD_CHARACTER', 'spectatorDetails.lastName', receiver({ lastName: 'Love\nlace' })],
    ['BAD_CHARACTER', 'spectatorDetails.lastName', receiver({ lastName: 'Love\ud800lace' })],
    ['BAD_CHARACTER', 'spectatorDetails.lastName', receiver({ lastName: 'Love\ud83d lace' })],
    ['BAD_CHARACTER', 'spectatorDetails.lastName', receiver({ lastName: 'Love\udc00lace' })],
    ['BAD_CHARACTER', 'spectatorDetails.lastName', receiver({ lastName: 'Love\u007flace' })],
    ['BAD_CHARACTER', 'spectatorDetails.lastName', receiver({ lastName: 'Love\u0080lace' })],
    ['BAD_CHARACTER', 'spectatorDetails.lastName', receiver({ lastName: 'Love\u009flace' })],
    ['BAD_CHARACTER', 'ticketDetails.main.seat', { ticket: { seat: '7\t' } }],
    ['BAD_EMAIL', 'spectatorDetails.email', receiver({ email: 'ada' })],
    ['BAD_EMAIL', 'spectatorDetails.email', receiver({ email: 'ada@example' })],
    ['BAD_EMAIL', 'spectatorDetails.email', receiver({ email: 'ada@@example.com' })],
    ['BAD_EMAIL', 'spectatorDetails.email', receiver({ email: 'ada lovelace@example.com' })],
    ['BAD_EMAIL', 'spectatorDetails.email', receiver({ email: 'ada@example..com' })],
    ['BAD_EMAIL', 'spectatorDetails.email', receiver({ email: 'ada@example.com,b@example.com' })],
    ['BAD_GENDER', 'spectatorDetails.gender', receiver({ gender: 'f' })],
    ['BAD_COUNTRY', 'spectatorDetails.nationality', receiver({ nationality: 'UK' })],
    ['BAD_COUNTRY', 'spectatorDetails.residenceCountry', receiver({ country: 'ch' })],
    ['BAD_COUNTRY', 'event.address.countryCode', site({ countryCode: 'GER' })],
    ['BAD_COUNTRY', 'holder.residenceCountry', { ticket: { beneficiary: { ...CONTACT, country: 'ZZ' } } }],
    ['BAD_LANGUAGE', 'spectatorDetails.language', receiver({ language: 'fr-CH' })],
    ['BAD_DATE', 'spectatorDetails.dateOfBirth', receiver({ dateOfBirth: '2025-02-29' })],
    ['BAD_DATE', 'spectatorDetails.dateOfBirth', receiver({ dateOfBirth: '10.12.1985' })],
    ['BAD_DATE', 'event.startTime', { event: { startsAt: '2026-07-14T19:00:00' } }],
    ['BAD_DATE', 'event.expirationDate', { ticket: { validTo: '2026-02-30T00:00:00Z' } }],
    ['BAD_DATE', 'event.expirationDate', { event: { startsAt: '9999-12-31T12:00:00Z', durationMinutes: null } }],
    ['BAD_DATE', 'purchaseDetails.purchaseDate', { ticket: { soldAt: 'yesterday' } }],
    ['BAD_TIME_ZONE', 'event.startTime', site({ timeZone: 'Europe/Atlantis' })],
    ['BAD_PRICE', 'purchaseDetails.price', { ticket: { price: '45,50' } }],
    ['BAD_PRICE', 'purchaseDetails.price', { ticket: { price: '1e3' } }],
    ['BAD_PRICE', 'purchaseDetails.price', { ticket: { price: '12345678901234.567' } }],
    [
      'BAD_TRANSFER_RULE',
      'transferRules.assignTransferLimit',
      { event: { transferRules: { assignTransferLimit: -2 } } },
    ],
    [
      'BAD_TRANSFER_RULE',
      'transferRules.assignTransferLimit',
      { event: { transferRules: { assignTransferLimit: 1.5 } } },
    ],
    ['BAD_TRANSFER_RULE', 'transferRules.allowTransfer', { event: { transferRules: { allowTransfer: 'yes' } } }],
    ['BAD_TRANSFER_RULE', 'transferRules', { event: { transferRules: { allowTeleport: true } } }],
  ])('%s %s', (code, field, change) => {
    for (const enforceMandatoryParameters of [true, false]) {
      expect(build({ ...change, settings: { enforceMandatoryParameters } })).toMatchObject({
        refusal: { code, field },
      });
    }
  });
});

test.each(['o..h@example.com', "d'arc+1@mail.example.org", 'jörg@exämple.de', '名前@例え.jp'])(
  'an unusual address is an address: %s',
  (email) => {
    expect(messageOf(receiver({ email })).spectatorDetails.email).toBe(email);
  },
);

import { toEventTimes, type EventTimes } from '../time/event-times';
import { isTimeZone } from '../time/instants';
import { toCanonicalJson } from './canonical-json';
import { dropUndefined } from './defined';
import { isBlank, MessageFields } from './message-fields';
import type { Refusal } from './refusal';
import type {
  EventMessage,
  HolderMessage,
  KeyValue,
  PurchaseDetailsMessage,
  SpectatorDetailsMessage,
  TicketMessage,
} from './ticket-message';
import type { ContactSnapshot, EventSnapshot, SiteSnapshot, TicketSnapshot } from './ticket-snapshot';
import { readTransferRules } from './transfer-rules';

/** What the schedule and the interface say about a message (domain.md 4 and 5.1). */
export interface InjectSettings {
  readonly activationMethod: 'online' | 'offline';
  /** Put before the barcode; empty for nothing. */
  readonly barcodePrefix: string;
  /** Put behind the barcode; empty for nothing. */
  readonly barcodeSuffix: string;
  /** Whether `mainApplicant` is worked out; off sends false. */
  readonly mainApplicant: boolean;
  /** False sends a ticket that lacks what TIXNGO requires as it is, without those fields. */
  readonly enforceMandatoryParameters: boolean;
  /** IANA name of the organization's zone, for events without a venue. */
  readonly timeZone: string;
}

/** A message to send, or why the ticket is not sent. */
export type InjectResult = { readonly message: TicketMessage } | { readonly refusal: Refusal };

/** Everything that the parts of one message are built from. */
interface Source {
  readonly ticket: TicketSnapshot;
  readonly event: EventSnapshot;
  readonly settings: InjectSettings;
  readonly fields: MessageFields;
  readonly timeZone: string;
}

/** Builds the message of one ticket (tixngo-api.md "Ticket to inject", domain.md 5.6), or names the first rule that its data breaks. */
export function toInjectTicketMessage(
  ticket: TicketSnapshot,
  event: EventSnapshot,
  settings: InjectSettings,
): InjectResult {
  const fields = new MessageFields(settings.enforceMandatoryParameters);
  const timeZone = event.site?.timeZone ?? settings.timeZone;
  if (!isTimeZone(timeZone)) {
    fields.refuse(
      'BAD_TIME_ZONE',
      'event.startTime',
      'cannot be written: the time zone of its venue is not an IANA name',
    );
    return toResult(fields, undefined);
  }
  const source: Source = { ticket, event, settings, fields, timeZone };
  const message: TicketMessage = {
    ticketId: fields.ticketId('ticketId', ticket.id),
    event: toEvent(source),
    // The comfort variables TIXAct (`time`) and TIXRGrp (`groupId`) of domain.md 5.4 go in here.
    activationParameters: { method: settings.activationMethod },
    security: toSecurity(source),
    purchaseDetails: toPurchaseDetails(source),
    spectatorDetails: toSpectatorDetails(ticket.receiver, fields),
    ...dropUndefined({
      holder: toHolder(ticket.beneficiary, fields),
      sortingKey: fields.text('sortingKey', ticket.sortingKey, { max: 256 }),
      imageUrl: fields.text('imageUrl', event.imageUrl, { max: 256 }),
      ticketDetails: toTicketDetails(ticket, fields),
      transferRules: readTransferRules(event.transferRules, fields),
    }),
  };
  return toResult(fields, message);
}

/** What counts for the content hash: the whole message but the wallet's owner, whom a resend never changes (domain.md 6.1). Equal contents give equal strings. */
export function contentOf(message: TicketMessage): string {
  const { spectatorDetails: _owner, ...content } = message;
  return toCanonicalJson(content);
}

function toResult(fields: MessageFields, message: TicketMessage | undefined): InjectResult {
  if (fields.refusal !== undefined) return { refusal: fields.refusal };
  if (message === undefined) throw new Error('A ticket has neither a message nor a refusal');
  return { message };
}

function toEvent({ ticket, event, fields, timeZone }: Source): EventMessage {
  const times = toTimes(ticket, event, fields);
  return {
    id: fields.id('event.id', event.id),
    ...dropUndefined({
      name: fields.text('event.name', event.name, { max: 128, required: true }),
      address: event.site === null ? undefined : toAddress(event.site, fields),
      startTime: fields.time('event.startTime', times.start, timeZone),
      expirationDate: fields.time('event.expirationDate', times.expiration, timeZone),
      group: toGroup(event, fields),
      website: fields.text('event.website', event.website, { max: 128 }),
    }),
  };
}

function toTimes(ticket: TicketSnapshot, event: EventSnapshot, fields: MessageFields): EventTimes {
  return toEventTimes({
    startsAt: fields.instant('event.startTime', event.startsAt),
    durationMinutes: event.durationMinutes ?? undefined,
    validFrom: fields.instant('event.startTime', ticket.validFrom),
    validTo: fields.instant('event.expirationDate', ticket.validTo),
  });
}

function toAddress(site: SiteSnapshot, fields: MessageFields): NonNullable<EventMessage['address']> {
  const part = { max: 200, required: true };
  const line = { max: 200 };
  return dropUndefined({
    site: fields.text('event.address.site', site.name, part),
    city: fields.text('event.address.city', site.city, part),
    countryCode: fields.country('event.address.countryCode', site.countryCode, part),
    zip: fields.text('event.address.zip', site.zip, part),
    line1: fields.text('event.address.line1', site.line1, line),
    line2: fields.text('event.address.line2', site.line2, line),
    line3: fields.text('event.address.line3', site.line3, line),
  });
}

function toGroup({ group }: EventSnapshot, fields: MessageFields): EventMessage['group'] {
  if (group === null) return undefined;
  const name = fields.text('event.group.name', group.name, { max: 128 });
  const image = fields.text('event.group.image', group.image, { max: 256 });
  return name === undefined ? undefined : { name, ...dropUndefined({ image }) };
}

function toSecurity({ ticket, settings, fields }: Source): TicketMessage['security'] {
  const whole = isBlank(ticket.barcode) ? null : settings.barcodePrefix + ticket.barcode + settings.barcodeSuffix;
  return dropUndefined({ barcode: fields.text('security.barcode', whole, { max: 512, required: true }) });
}

function toPurchaseDetails({ ticket, settings, fields, timeZone }: Source): PurchaseDetailsMessage {
  const soldAt = fields.instant('purchaseDetails.purchaseDate', ticket.soldAt);
  return {
    ...dropUndefined({
      price: fields.price('purchaseDetails.price', ticket.price),
      currency: fields.text('purchaseDetails.currency', ticket.currency, { max: 20, required: true }),
      category: fields.text('purchaseDetails.category', ticket.categoryName, { max: 512 }),
      tariff: fields.text('purchaseDetails.tariff', ticket.tariffName, { max: 512 }),
      taxNumber: fields.text('purchaseDetails.taxNumber', ticket.ticketNumber, { max: 256, required: true }),
      fileId: fields.text('purchaseDetails.fileId', ticket.fileId, { max: 256 }),
      purchaseDate: fields.time('purchaseDetails.purchaseDate', soldAt, timeZone),
    }),
    mainApplicant: settings.mainApplicant && isMainApplicant(ticket),
  };
}

/** domain.md 5.1: first name, last name and e-mail of the beneficiary equal the purchaser's; e-mails without regard to case, as in domain.md 8.4. */
function isMainApplicant({ beneficiary, purchaser }: TicketSnapshot): boolean {
  if (beneficiary === null || purchaser === null) return false;
  return (
    areSame(beneficiary.firstName, purchaser.firstName) &&
    areSame(beneficiary.lastName, purchaser.lastName) &&
    areSame(beneficiary.email?.toLowerCase(), purchaser.email?.toLowerCase())
  );
}

/** Two unknown values are not the same person: blanks equal nothing. */
function areSame(left: string | null | undefined, right: string | null | undefined): boolean {
  return !isBlank(left) && !isBlank(right) && left.trim().normalize() === right.trim().normalize();
}

function toSpectatorDetails(receiver: ContactSnapshot | null, fields: MessageFields): SpectatorDetailsMessage {
  const path = 'spectatorDetails';
  return dropUndefined({
    title: fields.text(`${path}.title`, receiver?.title, { max: 50 }),
    gender: fields.gender(`${path}.gender`, receiver?.gender),
    firstName: fields.text(`${path}.firstName`, receiver?.firstName, { max: 50, required: true }),
    lastName: fields.text(`${path}.lastName`, receiver?.lastName, { max: 100, required: true }),
    email: fields.email(`${path}.email`, receiver?.email),
    dateOfBirth: fields.date(`${path}.dateOfBirth`, receiver?.dateOfBirth),
    nationality: fields.country(`${path}.nationality`, receiver?.nationality),
    idCardNumber: fields.text(`${path}.idCardNumber`, receiver?.idNumber, { max: 256 }),
    phoneNumber: fields.text(`${path}.phoneNumber`, receiver?.mobilePhone, { max: 256 }),
    residenceCountry: fields.country(`${path}.residenceCountry`, receiver?.country),
    language: fields.language(`${path}.language`, receiver?.language),
  });
}

function toHolder(beneficiary: ContactSnapshot | null, fields: MessageFields): HolderMessage | undefined {
  if (beneficiary === null) return undefined;
  const holder = dropUndefined({
    firstName: fields.text('holder.firstName', beneficiary.firstName, { max: 50 }),
    lastName: fields.text('holder.lastName', beneficiary.lastName, { max: 100 }),
    dateOfBirth: fields.date('holder.dateOfBirth', beneficiary.dateOfBirth),
    idCardNumber: fields.text('holder.idCardNumber', beneficiary.idNumber, { max: 256 }),
    residenceCountry: fields.country('holder.residenceCountry', beneficiary.country),
  });
  return Object.keys(holder).length === 0 ? undefined : holder;
}

function toTicketDetails(ticket: TicketSnapshot, fields: MessageFields): TicketMessage['ticketDetails'] {
  const main: KeyValue[] = [];
  for (const key of ['gate', 'block', 'row', 'seat'] as const) {
    const value = fields.text(`ticketDetails.main.${key}`, ticket[key]);
    if (value !== undefined) main.push({ key, value });
  }
  return main.length === 0 ? undefined : { main };
}

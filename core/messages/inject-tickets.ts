import { createEventMemory } from './event-parts';
import { isBlank, MessageFields } from './message-fields';
import type { Refusal } from './refusal';
import type {
  HolderMessage,
  KeyValue,
  PurchaseDetailsMessage,
  SpectatorDetailsMessage,
  TicketMessage,
} from './ticket-message';
import type { ContactSnapshot, EventSnapshot, TicketSnapshot } from './ticket-snapshot';

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
export type InjectResult = { readonly message: WrittenMessage } | { readonly refusal: Refusal };

/** A message (ticket-message.ts) as text. */
export interface WrittenMessage {
  /** The JSON to send. */
  readonly json: string;
  /**
   * What counts for the content hash: canonical JSON of the whole message but the wallet's owner, whom a resend never changes
   * (domain.md 6.1). Hashes are kept with marks: equal contents must stay equal texts in every later version.
   */
  readonly content: string;
}

/** Builds the message of one ticket (tixngo-api.md "Ticket to inject", domain.md 5.6), or names the first rule that its data breaks. */
export type InjectBuilder = (ticket: TicketSnapshot, event: EventSnapshot) => InjectResult;

/** Everything that the parts of one message are built from. */
interface Source {
  readonly ticket: TicketSnapshot;
  readonly settings: InjectSettings;
  readonly fields: MessageFields;
  readonly timeZone: string;
}

/**
 * A builder of messages under the same settings. What the tickets of one event share is checked and written once, for as long as the
 * caller keeps the builder and hands in the same event object.
 */
export function createInjectBuilder(settings: InjectSettings): InjectBuilder {
  // The comfort variables TIXAct (`time`) and TIXRGrp (`groupId`) of domain.md 5.4 go in here.
  const activationParameters = JSON.stringify({ method: settings.activationMethod });
  const eventParts = createEventMemory(settings);
  return (ticket, event) => {
    const shared = eventParts(event);
    if ('code' in shared) return { refusal: shared };
    const fields = new MessageFields(settings.enforceMandatoryParameters);
    const source = { ticket, settings, fields, timeZone: shared.timeZone };
    // In the order in which faults are looked for: the first one is the ticket's refusal.
    const parts = {
      activationParameters,
      ticketId: fields.ticketId('ticketId', ticket.id),
      event: fields.take(shared.event(ticket)),
      security: toSecurity(source),
      purchaseDetails: toPurchaseDetails(source),
      spectatorDetails: toSpectatorDetails(ticket.receiver, fields),
      holder: toHolder(ticket.beneficiary, fields),
      sortingKey: fields.text('sortingKey', ticket.sortingKey, { max: 256 }),
      imageUrl: fields.text('imageUrl', event.imageUrl, { max: 256 }),
      ticketDetails: toTicketDetails(ticket, fields),
      transferRules: fields.take(shared.transferRules),
    };
    return fields.refusal === undefined ? { message: write(parts) } : { refusal: fields.refusal };
  };
}

/** The parts of a message; those that an event's tickets share are JSON already. */
interface Parts extends Omit<TicketMessage, 'activationParameters' | 'event' | 'transferRules'> {
  readonly activationParameters: string;
  readonly event: string | undefined;
  readonly transferRules: string | undefined;
}

/**
 * Keys stand in order of their UTF-16 units, here and in every part but the owner's: what goes out is canonical JSON, and the content
 * the same text without the owner. Nothing is sorted or written twice.
 */
function write(parts: Parts): WrittenMessage {
  const { activationParameters, event, spectatorDetails, ticketDetails, ticketId, transferRules } = parts;
  const { holder, imageUrl, purchaseDetails, security, sortingKey } = parts;
  const before = `{"activationParameters":${activationParameters}${toMember('event', event)},${toMembers({ holder, imageUrl, purchaseDetails, security, sortingKey })}`;
  const after = `,${toMembers({ ticketDetails, ticketId })}${toMember('transferRules', transferRules)}}`;
  return {
    json: `${before}${toMember('spectatorDetails', JSON.stringify(spectatorDetails))}${after}`,
    content: before + after,
  };
}

function toMember(name: string, json: string | undefined): string {
  return json === undefined ? '' : `,"${name}":${json}`;
}

/** The members of an object as JSON, without the braces; undefined ones are left out. */
function toMembers(members: object): string {
  return JSON.stringify(members).slice(1, -1);
}

function toSecurity({ ticket, settings, fields }: Source): TicketMessage['security'] {
  const whole = isBlank(ticket.barcode) ? null : settings.barcodePrefix + ticket.barcode + settings.barcodeSuffix;
  return { barcode: fields.text('security.barcode', whole, { max: 512, required: true }) };
}

function toPurchaseDetails({ ticket, settings, fields, timeZone }: Source): PurchaseDetailsMessage {
  const soldAt = fields.instant('purchaseDetails.purchaseDate', ticket.soldAt);
  const price = fields.price('purchaseDetails.price', ticket.price);
  const currency = fields.text('purchaseDetails.currency', ticket.currency, { max: 20, required: true });
  const category = fields.text('purchaseDetails.category', ticket.categoryName, { max: 512 });
  const tariff = fields.text('purchaseDetails.tariff', ticket.tariffName, { max: 512 });
  const taxNumber = fields.text('purchaseDetails.taxNumber', ticket.ticketNumber, { max: 256, required: true });
  const fileId = fields.text('purchaseDetails.fileId', ticket.fileId, { max: 256 });
  const purchaseDate = fields.time('purchaseDetails.purchaseDate', soldAt, timeZone);
  const mainApplicant = settings.mainApplicant && isMainApplicant(ticket);
  return { category, currency, fileId, mainApplicant, price, purchaseDate, tariff, taxNumber };
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
  return {
    title: fields.text('spectatorDetails.title', receiver?.title, { max: 50 }),
    gender: fields.gender('spectatorDetails.gender', receiver?.gender),
    firstName: fields.text('spectatorDetails.firstName', receiver?.firstName, { max: 50, required: true }),
    lastName: fields.text('spectatorDetails.lastName', receiver?.lastName, { max: 100, required: true }),
    email: fields.email('spectatorDetails.email', receiver?.email),
    dateOfBirth: fields.date('spectatorDetails.dateOfBirth', receiver?.dateOfBirth),
    nationality: fields.country('spectatorDetails.nationality', receiver?.nationality),
    idCardNumber: fields.text('spectatorDetails.idCardNumber', receiver?.idNumber, { max: 256 }),
    phoneNumber: fields.text('spectatorDetails.phoneNumber', receiver?.mobilePhone, { max: 256 }),
    residenceCountry: fields.country('spectatorDetails.residenceCountry', receiver?.country),
    language: fields.language('spectatorDetails.language', receiver?.language),
  };
}

function toHolder(beneficiary: ContactSnapshot | null, fields: MessageFields): HolderMessage | undefined {
  if (beneficiary === null) return undefined;
  const firstName = fields.text('holder.firstName', beneficiary.firstName, { max: 50 });
  const lastName = fields.text('holder.lastName', beneficiary.lastName, { max: 100 });
  const dateOfBirth = fields.date('holder.dateOfBirth', beneficiary.dateOfBirth);
  const idCardNumber = fields.text('holder.idCardNumber', beneficiary.idNumber, { max: 256 });
  const residenceCountry = fields.country('holder.residenceCountry', beneficiary.country);
  const isKnown = firstName ?? lastName ?? dateOfBirth ?? idCardNumber ?? residenceCountry;
  return isKnown === undefined ? undefined : { dateOfBirth, firstName, idCardNumber, lastName, residenceCountry };
}

function toTicketDetails(ticket: TicketSnapshot, fields: MessageFields): TicketMessage['ticketDetails'] {
  const main: KeyValue[] = [];
  const add = (key: string, value: string | undefined): void => {
    if (value !== undefined) main.push({ key, value });
  };
  add('gate', fields.text('ticketDetails.main.gate', ticket.gate));
  add('block', fields.text('ticketDetails.main.block', ticket.block));
  add('row', fields.text('ticketDetails.main.row', ticket.row));
  add('seat', fields.text('ticketDetails.main.seat', ticket.seat));
  return main.length === 0 ? undefined : { main };
}

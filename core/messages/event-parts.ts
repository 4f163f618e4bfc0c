import { toEventTimes, type EventTimes } from '../time/event-times';
import { isTimeZone } from '../time/instants';
import { createMemory } from '../time/memory';
import { toCanonicalJson } from './canonical-json';
import { dropUndefined } from './defined';
import { MessageFields, type WrittenPart } from './message-fields';
import type { Refusal } from './refusal';
import type { EventMessage } from './ticket-message';
import type { EventSnapshot, SiteSnapshot, TicketSnapshot } from './ticket-snapshot';
import { readTransferRules } from './transfer-rules';

/** What the messages of an event's tickets share, checked and written once. */
export interface EventParts {
  /** Zone in which the event's times are written. */
  readonly timeZone: string;
  /** `event` of a message; a ticket's validity counts where there is no performance. */
  readonly event: (validity: Validity) => WrittenPart;
  /** `transferRules` of a message, without JSON when there are none. */
  readonly transferRules: WrittenPart;
}

type Validity = Pick<TicketSnapshot, 'validFrom' | 'validTo'>;

interface EventSettings {
  /** IANA name of the organization's zone, for events without a venue. */
  readonly timeZone: string;
  readonly enforceMandatoryParameters: boolean;
}

// Nearly all events have tickets of one validity or of none; passes may have one each.
const KEPT_VALIDITIES = 100;

/** Remembers the parts of an event for as long as its object lives, or why none of its tickets can be sent. */
export function createEventMemory(settings: EventSettings): (event: EventSnapshot) => EventParts | Refusal {
  const known = new WeakMap<EventSnapshot, EventParts | Refusal>();
  return (event) => {
    const hit = known.get(event);
    if (hit !== undefined) return hit;
    const parts = toEventParts(event, settings);
    known.set(event, parts);
    return parts;
  };
}

function toEventParts(event: EventSnapshot, settings: EventSettings): EventParts | Refusal {
  const timeZone = event.site?.timeZone ?? settings.timeZone;
  if (!isTimeZone(timeZone)) return BAD_TIME_ZONE;
  const write = (toPart: (fields: MessageFields) => object | undefined): WrittenPart => {
    const fields = new MessageFields(settings.enforceMandatoryParameters);
    const part = toPart(fields);
    return { json: part && toCanonicalJson(part), refusal: fields.refusal };
  };
  const events = createMemory<WrittenPart>(KEPT_VALIDITIES);
  return {
    timeZone,
    event: (validity) => {
      const key = `${String(validity.validFrom)} ${String(validity.validTo)}`;
      return events(key, () => write((fields) => toEvent({ event, validity, fields, timeZone })));
    },
    transferRules: write((fields) => readTransferRules(event.transferRules, fields)),
  };
}

const BAD_TIME_ZONE: Refusal = {
  code: 'BAD_TIME_ZONE',
  field: 'event.startTime',
  message: 'event.startTime cannot be written: the time zone of its venue is not an IANA name',
};

interface Source {
  readonly event: EventSnapshot;
  readonly validity: Validity;
  readonly fields: MessageFields;
  readonly timeZone: string;
}

function toEvent({ event, validity, fields, timeZone }: Source): EventMessage {
  const times = toTimes(event, validity, fields);
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

function toTimes(event: EventSnapshot, { validFrom, validTo }: Validity, fields: MessageFields): EventTimes {
  return toEventTimes({
    startsAt: fields.instant('event.startTime', event.startsAt),
    durationMinutes: event.durationMinutes ?? undefined,
    validFrom: fields.instant('event.startTime', validFrom),
    validTo: fields.instant('event.expirationDate', validTo),
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

import { CATEGORIES, CLUB, CLUB_MATCH, CLUB_PASS, HOST, performanceOf, productOf, TARIFFS } from './catalogue';
import { MATCHES, pricesOf } from './euro-2024';
import { hash, pick } from './random';

/** One ticket of the season, under the names of the import file; empty texts are empty cells. */
export interface SeasonTicket {
  readonly id: number;
  readonly organization: string;
  readonly ticketNumber: string;
  readonly status: 'NOT_PRINTED' | 'INVALIDATED';
  readonly invalidationReason: string;
  readonly product: string;
  readonly performance: string;
  readonly tariff: string;
  readonly category: string;
  readonly shipmentMode: string;
  readonly salesChannel: string;
  readonly price: string;
  readonly currency: string;
  readonly barcode: string;
  readonly fileId: number;
  readonly soldAt: string;
  readonly validFrom: string;
  readonly validTo: string;
  readonly gate: string;
  readonly block: string;
  readonly row: string;
  readonly seat: string;
  readonly sortingKey: string;
  readonly purchaser: number;
  readonly culturalContact: number;
  readonly beneficiary: number | '';
  readonly replacesTicket: number | '';
}

/** `all`: every ticket waits for injection. `most`: some were invalidated and replaced, also twice in a row. */
export type Due = 'all' | 'most';

export const FIRST_TICKET_ID = 100_000_001;
/** Ten tickets in four orders and eight people: the pattern that repeats. */
export const TICKETS_PER_GROUP = 10;
export const PEOPLE_PER_GROUP = 8;
const ORDERS = [0, 0, 1, 1, 1, 1, 2, 3, 3, 3] as const;
// Who attends: the purchaser (by order), or one of the group's other people. Some tickets bought together are attended by friends.
const ATTENDEES = [0, 4, 1, 5, 1, 1, 2, 3, 6, 7] as const;
// The last tickets of some groups replace each other: 9 takes the place of 8, and in every fourth of these groups 8 that of 7.
const REASONS = ['LOST', 'THEFT', 'SEAT_CHANGE'] as const;

// 51 matches and the club: what a group of tickets is for.
const OFFERS = MATCHES.length + 1;
const [SEATS_PER_ROW, ROWS_PER_BLOCK] = [25, 30];

/** The ticket at a position, from 0 on; the same seed and position give the same ticket, whatever the number of tickets. */
export function toSeasonTicket(seed: number, index: number, due: Due): SeasonTicket {
  const group = Math.floor(index / TICKETS_PER_GROUP);
  const place = index % TICKETS_PER_GROUP;
  const random = (stream: number) => hash(seed, stream, index);
  const [order, attendee] = [ORDERS[place] ?? 0, ATTENDEES[place] ?? 0];
  const person = (number: number) => group * PEOPLE_PER_GROUP + number + 1;
  return {
    id: FIRST_TICKET_ID + index,
    ticketNumber: `24${String(index + 1).padStart(10, '0')}`,
    ...toReplacement(seed, index, due),
    ...toOffer(group, seatPlace(group, place, due)),
    tariff: pick(TARIFFS, random(30) % 20 === 0 ? random(31) : 0),
    shipmentMode: 'MOBILE',
    salesChannel: random(32) % 10 === 0 ? 'BOX' : 'WEB',
    currency: 'EUR',
    barcode: `EU24${toHex(random(33))}${toHex(random(34))}${toHex(index)}`,
    fileId: 5_000_000 + group * 4 + order,
    // Sold in the eight months before: whole seconds from 3 October 2023.
    soldAt: new Date(
      Date.UTC(2023, 9, 3, 10) + (hash(seed, 35, group * 4 + order) % (240 * 86_400)) * 1_000,
    ).toISOString(),
    purchaser: person(order),
    culturalContact: person(attendee),
    beneficiary: place === 6 ? '' : person(attendee),
  };
}

function toReplacement(
  seed: number,
  index: number,
  due: Due,
): Pick<SeasonTicket, 'status' | 'invalidationReason' | 'replacesTicket'> {
  const replaced = chainLength(index, due);
  const place = index % TICKETS_PER_GROUP;
  const id = FIRST_TICKET_ID + index;
  const isReplaced = place < 9 && place >= 9 - replaced;
  return {
    status: isReplaced ? 'INVALIDATED' : 'NOT_PRINTED',
    invalidationReason: isReplaced ? pick(REASONS, hash(seed, 36, index)) : '',
    replacesTicket: place > 9 - replaced ? id - 1 : '',
  };
}

/** How many tickets of the group before the last one were replaced: 0, 1 or 2. */
function chainLength(index: number, due: Due): number {
  const group = Math.floor(index / TICKETS_PER_GROUP);
  if (due === 'all' || group % 5 !== 4) return 0;
  return group % 20 === 19 ? 2 : 1;
}

/** A replacement has the seat of the ticket that it replaces. */
function seatPlace(group: number, place: number, due: Due): number {
  const replaced = chainLength(group * TICKETS_PER_GROUP, due);
  return Math.min(place, 9 - replaced);
}

type Offer = Pick<
  SeasonTicket,
  | 'organization'
  | 'product'
  | 'performance'
  | 'category'
  | 'price'
  | 'validFrom'
  | 'validTo'
  | 'gate'
  | 'block'
  | 'row'
  | 'seat'
  | 'sortingKey'
>;

function toOffer(group: number, place: number): Offer {
  const round = Math.floor(group / OFFERS);
  const match = MATCHES[group % OFFERS];
  // Every other group of the club's is for its pass, which has no seat and no performance.
  if (match === undefined && round % 2 === 1) return toPass();
  const seatIndex = (match === undefined ? Math.floor(round / 2) : round) * TICKETS_PER_GROUP + place;
  const block = Math.floor(seatIndex / (SEATS_PER_ROW * ROWS_PER_BLOCK));
  const row = Math.floor(seatIndex / SEATS_PER_ROW) % ROWS_PER_BLOCK;
  const seat = seatIndex % SEATS_PER_ROW;
  const rank = row % CATEGORIES.length;
  const prices = match === undefined ? [40, 30, 20, 10] : pricesOf(match);
  return {
    organization: match === undefined ? CLUB : HOST,
    product: match === undefined ? CLUB_MATCH.product : productOf(match),
    performance: match === undefined ? CLUB_MATCH.performance : performanceOf(match),
    category: pick(CATEGORIES, rank),
    price: `${String(prices[rank] ?? 0)}.00`,
    validFrom: '',
    validTo: '',
    gate: `Gate ${String.fromCharCode(65 + (block % 8))}`,
    block: String(101 + block),
    row: String(row + 1),
    seat: String(seat + 1),
    sortingKey: [block + 101, row + 1, seat + 1].map((part) => String(part).padStart(3, '0')).join('-'),
  };
}

function toPass(): Offer {
  return {
    organization: CLUB,
    product: CLUB_PASS.product,
    performance: '',
    category: 'FANS',
    price: '25.00',
    validFrom: CLUB_PASS.from,
    validTo: CLUB_PASS.to,
    gate: '',
    block: '',
    row: '',
    seat: '',
    sortingKey: '',
  };
}

function toHex(value: number): string {
  return value.toString(16).toUpperCase().padStart(8, '0');
}

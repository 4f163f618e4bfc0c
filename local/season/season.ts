import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { catalogueEntries } from './catalogue';
import { createPeople, type Person } from './people';
import { PEOPLE_PER_GROUP, TICKETS_PER_GROUP, toSeasonTicket, type Due, type SeasonTicket } from './tickets';

export interface SeasonOptions {
  /** A whole number; the same seed gives the same bytes. */
  readonly seed: number;
  /** How many tickets, up to MOST_TICKETS. */
  readonly tickets: number;
  /** Default `most`. */
  readonly due?: Due;
}

/** More would need more seats than the smallest stadium has. */
export const MOST_TICKETS = 2_000_000;

/** A season as files for `tixngo import`: blocks of whole lines, made when they are read, so that memory stays flat. */
export interface Season {
  /** NDJSON. */
  catalogue(): Iterable<string>;
  /** CSV with a header. */
  contacts(): Iterable<string>;
  /** CSV with a header. */
  tickets(): Iterable<string>;
}

/** Makes up a season around the real matches of EURO 2024. */
export function generateSeason(options: SeasonOptions): Season {
  const { seed, tickets, due = 'most' } = checkOptions(options);
  return {
    catalogue: () => catalogueEntries().map((entry) => `${JSON.stringify(entry)}\n`),
    contacts: () => toCsv(countPeople(tickets), PERSON_COLUMNS, toPersonRow(seed)),
    tickets: () => toCsv(tickets, TICKET_COLUMNS, (index) => toRow(TICKET_COLUMNS, toSeasonTicket(seed, index, due))),
  };
}

export interface SeasonFiles {
  readonly catalogue: string;
  readonly contacts: string;
  readonly tickets: string;
}

/** Writes the three files into a folder, which is made if it is not there; gives their paths. `signal` gives it up: the largest takes a minute. */
export async function writeSeason(folder: string, options: SeasonOptions, signal?: AbortSignal): Promise<SeasonFiles> {
  const season = generateSeason(options);
  const files = {
    catalogue: join(folder, 'catalogue.ndjson'),
    contacts: join(folder, 'contacts.csv'),
    tickets: join(folder, 'tickets.csv'),
  };
  await mkdir(folder, { recursive: true });
  const given = signal === undefined ? {} : { signal };
  await pipeline(Readable.from(season.catalogue()), createWriteStream(files.catalogue), given);
  await pipeline(Readable.from(season.contacts()), createWriteStream(files.contacts), given);
  await pipeline(Readable.from(season.tickets()), createWriteStream(files.tickets), given);
  return files;
}

/** How many of the tickets wait for injection, in all and by organization. */
export function countDue(options: SeasonOptions): {
  readonly all: number;
  readonly byOrganization: ReadonlyMap<string, number>;
} {
  const { seed, tickets, due = 'most' } = checkOptions(options);
  const byOrganization = new Map<string, number>();
  let all = 0;
  for (let index = 0; index < tickets; index++) {
    const ticket = toSeasonTicket(seed, index, due);
    if (ticket.status !== 'NOT_PRINTED') continue;
    all++;
    byOrganization.set(ticket.organization, (byOrganization.get(ticket.organization) ?? 0) + 1);
  }
  return { all, byOrganization };
}

/**
 * Texts of the season's first people and tickets that must show up in no log, history or error: whole names, family names, e-mails,
 * identity numbers and barcodes, each too long to stand anywhere by chance.
 */
export function canaries(options: SeasonOptions, count = 200): readonly string[] {
  const { seed, tickets, due = 'most' } = checkOptions(options);
  const people = createPeople(seed);
  const persons = Array.from({ length: Math.min(count, countPeople(tickets)) }, (_, index) => people(index + 1));
  const barcodes = Array.from(
    { length: Math.min(count, tickets) },
    (_, index) => toSeasonTicket(seed, index, due).barcode,
  );
  const texts = persons.flatMap((person) => [
    `${person.firstName} ${person.lastName}`,
    ...(person.lastName.length >= 10 ? [person.lastName] : []),
    person.email,
    person.idNumber,
  ]);
  return [...new Set([...texts, ...barcodes])].filter((text) => text.length >= 4);
}

const PERSON_COLUMNS = [
  'id',
  'title',
  'gender',
  'firstName',
  'lastName',
  'email',
  'dateOfBirth',
  'nationality',
  'idNumber',
  'mobilePhone',
  'country',
  'language',
  'birthPlace',
  'kind',
  'hasInternetAccount',
  'consentInstitution',
  'consentThirdParty',
] as const satisfies readonly (keyof Person)[];

const TICKET_COLUMNS = [
  'id',
  'organization',
  'ticketNumber',
  'status',
  'invalidationReason',
  'product',
  'performance',
  'tariff',
  'category',
  'shipmentMode',
  'salesChannel',
  'price',
  'currency',
  'barcode',
  'fileId',
  'soldAt',
  'validFrom',
  'validTo',
  'gate',
  'block',
  'row',
  'seat',
  'sortingKey',
  'purchaser',
  'culturalContact',
  'beneficiary',
  'replacesTicket',
] as const satisfies readonly (keyof SeasonTicket)[];

const ROWS_PER_BLOCK = 500;

function checkOptions(options: SeasonOptions): SeasonOptions {
  const { seed, tickets } = options;
  if (!Number.isSafeInteger(seed)) throw new RangeError(`The seed of a season is a whole number, not ${String(seed)}`);
  if (!Number.isInteger(tickets) || tickets < 1 || tickets > MOST_TICKETS) {
    throw new RangeError(`A season has 1 to ${String(MOST_TICKETS)} tickets, not ${String(tickets)}`);
  }
  return options;
}

/** Whole groups: the last group's tickets may refer to any of its people. */
function countPeople(tickets: number): number {
  return Math.ceil(tickets / TICKETS_PER_GROUP) * PEOPLE_PER_GROUP;
}

function toPersonRow(seed: number): (index: number) => string {
  const people = createPeople(seed);
  return (index) => toRow(PERSON_COLUMNS, people(index + 1));
}

function* toCsv(rows: number, columns: readonly string[], rowAt: (index: number) => string): Generator<string> {
  let block = `${columns.join(',')}\n`;
  for (let index = 0; index < rows; index++) {
    block += rowAt(index);
    if ((index + 1) % ROWS_PER_BLOCK !== 0) continue;
    yield block;
    block = '';
  }
  if (block !== '') yield block;
}

function toRow<Column extends string>(
  columns: readonly Column[],
  values: Readonly<Record<Column, string | number | boolean>>,
): string {
  return `${columns.map((column) => toCell(String(values[column]))).join(',')}\n`;
}

function toCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

import { z } from 'zod';
import type { DiffRecord } from './diff-record';
import type { TicketStatus } from './life-cycle';
import { openOwnerCache, type OwnerCache } from './owner-cache';
import { toPerson } from './people';
import { draw } from './random';
import type { WalletOwner } from './wallet-ticket';

/** More would make the owner of a ticket expensive to find: it is sought from the ticket's first record on. */
const mostPerTicket = 100;

/** Records to make up: computed when they are read, so that a million of them take no memory. They tell of no wallet of the stand-in. */
export const recordsRequest = z
  .strictObject({
    organizer: z.string().optional(),
    /** What is drawn is the same for the same seed. */
    seed: z.int().default(1),
    count: z.int().min(1).max(10_000_000),
    /** The tickets that the records are about, each with as many as the others, at most one less. */
    ticketIds: z.array(z.string()).min(1),
    /** E-mails of the first owners, in the order of `ticketIds`; a made-up one where there is none. */
    emails: z.array(z.string()).default([]),
    /** Share of transfers among what happens to a ticket after its download. */
    transfers: z.number().min(0).max(1).default(0.3),
    /** Different recipients; a third of the number of tickets when absent. */
    people: z.int().min(2).optional(),
    /** Time of the first one, milliseconds since 1970; so long ago that the last one is of now when absent. */
    startMs: z.int().min(0).optional(),
    /** How many tickets take turns: the records of one ticket are as many places apart. */
    interleave: z.int().min(1).default(250),
  })
  .refine(({ count, ticketIds }) => count <= ticketIds.length * mostPerTicket, {
    message: `At most ${String(mostPerTicket)} records a ticket`,
    path: ['count'],
  });

export type RecordsRequest = z.output<typeof recordsRequest>;

/** The same as one writes it. */
export type RecordsInput = z.input<typeof recordsRequest>;

export interface GeneratedRecords extends RecordsRequest {
  /** Each is a millisecond after the one before. */
  readonly startMs: number;
  readonly firstChangeNumber: number;
}

/** Kept beside the requests, which a snapshot holds. */
const caches = new WeakMap<GeneratedRecords, OwnerCache>();

function cacheOf(given: GeneratedRecords): OwnerCache {
  const known = caches.get(given);
  if (known !== undefined) return known;
  const cache = openOwnerCache();
  caches.set(given, cache);
  return cache;
}

/** The record at a position, counted from 0. */
export function toGeneratedRecord(given: GeneratedRecords, position: number): DiffRecord {
  const turn = findTurn(given, position);
  const { ticket, round } = turn;
  const step = toStep(given, turn);
  const ticketId = given.ticketIds[ticket] ?? '';
  const changedAt = new Date(given.startMs + position).toISOString();
  const owner = step.owners.at(-1) ?? toFirstOwner(given, ticket);
  const sender = step.owners.at(-2) ?? toFirstOwner(given, ticket);
  const transfer = toTransfer(step, { owner, sender });
  return {
    changeNumber: given.firstChangeNumber + position,
    changedAt,
    ticketId,
    taxNumber: `TAX-${ticketId}`,
    status: step.status,
    spectatorDetails: owner,
    ...(transfer === undefined ? {} : { transfer }),
    transferLevel: step.owners.length,
    ...(step.status === 'ONLINE_ACTIVATED' ? { activation: { method: 'ONLINE', time: changedAt } } : {}),
    ticketDetails: {
      main: [{ key: 'gate', value: String(1 + (ticket % 8)) }],
      extra: [{ key: 'round', value: String(round) }],
    },
  };
}

interface Turn {
  /** Position among `ticketIds`. */
  readonly ticket: number;
  /** How many records the ticket has before this one. */
  readonly round: number;
  /** Whether it is the ticket's last record. */
  readonly last: boolean;
}

/** Whose turn it is: tickets take turns in groups of `interleave`, one group after the other. */
function findTurn({ count, ticketIds, interleave }: GeneratedRecords, position: number): Turn {
  const rounds = Math.ceil(count / ticketIds.length);
  const whole = Math.min(interleave, ticketIds.length);
  const group = Math.floor(position / (whole * rounds));
  const size = Math.min(whole, ticketIds.length - group * whole);
  const within = position - group * whole * rounds;
  const round = Math.floor(within / size);
  return { ticket: group * whole + (within % size), round, last: round === rounds - 1 };
}

interface Step {
  readonly status: TicketStatus;
  /** Everybody whom the ticket was transferred to, this record included. */
  readonly owners: readonly WalletOwner[];
  /** Of a transfer that is pending or failed. */
  readonly recipient?: WalletOwner;
}

/** After its download a ticket lives in pairs of records: a transfer and its end, or details that change. */
function toStep(given: GeneratedRecords, { ticket, round, last }: Turn): Step {
  if (round < 2) return { status: round === 0 ? 'INJECTED' : 'DOWNLOADED', owners: [] };
  const pair = Math.floor(round / 2) - 1;
  const ends = round % 2 === 1;
  const owners: WalletOwner[] = [];
  for (let before = 0; before < pair; before += 1) {
    if (toEnd(given, ticket, before) === 'TRANSFERRED') owners.push(toRecipient(given, ticket, before));
  }
  const end = toEnd(given, ticket, pair);
  if (end === undefined) return { status: last && round > 4 ? 'ONLINE_ACTIVATED' : 'ASSIGNED', owners };
  const recipient = toRecipient(given, ticket, pair);
  if (!ends) return { status: 'PENDING_TRANSFER', owners, recipient };
  return end === 'TRANSFERRED' ? { status: end, owners: [...owners, recipient] } : { status: end, owners, recipient };
}

/** How the transfer of a pair ends; undefined when the pair is none. */
function toEnd({ seed, transfers }: GeneratedRecords, ticket: number, pair: number): TicketStatus | undefined {
  const drawn = draw(seed, ticket, pair);
  if (drawn >= transfers * 4_294_967_296) return undefined;
  const end = drawn % 8;
  if (end < 5) return 'TRANSFERRED';
  return end < 7 ? 'FAILURE_TRANSFER' : 'FAILURE';
}

function toRecipient(given: GeneratedRecords, ticket: number, pair: number): WalletOwner {
  const { seed, ticketIds, people } = given;
  const number = draw(seed + 1, ticket, pair) % (people ?? Math.max(2, Math.ceil(ticketIds.length / 3)));
  return cacheOf(given).find(`recipient ${String(number)}`, () => toPerson(seed, number));
}

function toFirstOwner(given: GeneratedRecords, ticket: number): WalletOwner {
  return cacheOf(given).find(`first ${String(ticket)}`, () => {
    const { seed, emails } = given;
    const email = emails[ticket] ?? `holder.${String(ticket)}.${String(seed)}@wallet.test`;
    return { ...toPerson(seed + 2, ticket), email };
  });
}

function toTransfer(
  { status, recipient }: Step,
  { owner, sender }: { owner: WalletOwner; sender: WalletOwner },
): DiffRecord['transfer'] {
  if (recipient !== undefined) {
    return { from: { email: owner.email }, to: { email: recipient.email }, direction: 'OUTGOING' };
  }
  if (status !== 'TRANSFERRED') return undefined;
  return { from: { email: sender.email }, to: { email: owner.email }, direction: 'INCOMING' };
}

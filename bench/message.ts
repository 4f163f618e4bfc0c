import { createHash, hash } from 'node:crypto';
import { createInjectBuilder, type InjectSettings, type WrittenMessage } from '../core/messages/inject-tickets';
import type { ContactSnapshot, EventSnapshot, TicketSnapshot } from '../core/messages/ticket-snapshot';
import { createPeople, type Person } from '../local/season/people';
import { type SeasonTicket, toSeasonTicket } from '../local/season/tickets';
import { toTicketsBody } from '../tixngo/tickets-body';

const [TICKETS, PER_CALL, ROUNDS, SEED] = [20_000, 50, 5, 1];

/** What a ticket costs one thread from its snapshot to the body of a call, in microseconds; nothing is loaded and nothing sent. */
function main(): void {
  const tickets = writeTickets();
  for (let round = 1; round <= ROUNDS; round += 1) {
    const cost = measure(tickets);
    const toMicroseconds = (ms: number) => ((ms * 1_000) / tickets.length).toFixed(1);
    console.log(
      `round ${String(round)}, µs a ticket: message ${toMicroseconds(cost.messageMs)}, content hash ${toMicroseconds(cost.hashMs)}, body and key ${toMicroseconds(cost.bodyMs)}`,
    );
  }
}

type Snapshots = readonly [TicketSnapshot, EventSnapshot];

/** A fresh builder, as each range has one; the first round also shows what a program that has just started pays. */
function measure(tickets: readonly Snapshots[]) {
  const build = createInjectBuilder(settings);
  const cost = { messageMs: 0, hashMs: 0, bodyMs: 0 };
  for (let from = 0; from < tickets.length; from += PER_CALL) {
    const start = performance.now();
    const messages = tickets
      .slice(from, from + PER_CALL)
      .map(([ticket, event]) => requireMessage(build(ticket, event)));
    const built = performance.now();
    for (const { content } of messages) hash('sha256', content);
    const hashed = performance.now();
    const body = toTicketsBody(messages.map(({ json }) => json));
    createHash('sha256').update('1\n').update(body).digest('hex');
    cost.messageMs += built - start;
    cost.hashMs += hashed - built;
    cost.bodyMs += performance.now() - hashed;
  }
  return cost;
}

function requireMessage(result: ReturnType<ReturnType<typeof createInjectBuilder>>): WrittenMessage {
  if ('refusal' in result) throw new Error(`The season's ticket was refused: ${result.refusal.message}`);
  return result.message;
}

/** The tickets and people that the other rows push, as the database would give them. */
function writeTickets(): readonly Snapshots[] {
  const people = createPeople(SEED);
  const events = new Map<string, EventSnapshot>();
  return Array.from({ length: TICKETS }, (_, index): Snapshots => {
    const ticket = toSeasonTicket(SEED, index, 'all');
    const event = events.get(ticket.performance) ?? toEvent(events.size);
    events.set(ticket.performance, event);
    const [receiver, purchaser] = [toContact(people(ticket.culturalContact)), toContact(people(ticket.purchaser))];
    return [{ ...toSnapshot(ticket), receiver, purchaser, beneficiary: receiver }, event];
  });
}

function toSnapshot(ticket: SeasonTicket): Omit<TicketSnapshot, 'receiver' | 'purchaser' | 'beneficiary'> {
  return {
    ...ticket,
    id: String(ticket.id),
    fileId: String(ticket.fileId),
    validFrom: ticket.validFrom === '' ? null : ticket.validFrom,
    validTo: ticket.validTo === '' ? null : ticket.validTo,
    tariffName: ticket.tariff,
    categoryName: ticket.category,
  };
}

function toContact(person: Person): ContactSnapshot {
  return { ...person, birthRegion: null };
}

function toEvent(number: number): EventSnapshot {
  return {
    id: String(number + 1),
    name: `Match ${String(number + 1)}`,
    site: {
      name: 'Olympiastadion',
      city: 'Berlin',
      countryCode: 'DE',
      zip: '14053',
      line1: 'Olympischer Platz 3',
      line2: null,
      line3: null,
      timeZone: 'Europe/Berlin',
    },
    startsAt: new Date(Date.UTC(2024, 5, 14 + number, 19)).toISOString(),
    durationMinutes: 120,
    group: { name: 'UEFA EURO 2024', image: 'https://img.example/euro.png' },
    website: 'https://event.example',
    imageUrl: 'https://img.example/match.png',
    transferRules: { allowTransfer: true, assignTransferLimit: -1 },
  };
}

const settings: InjectSettings = {
  activationMethod: 'offline',
  barcodePrefix: '',
  barcodeSuffix: '',
  mainApplicant: true,
  enforceMandatoryParameters: true,
  timeZone: 'Europe/Berlin',
};

main();

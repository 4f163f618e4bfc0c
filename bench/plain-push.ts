import { createHash, hash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { loadConfig } from '../config/environment';
import { createInjectBuilder, type InjectBuilder } from '../core/messages/inject-tickets';
import type { EventSnapshot } from '../core/messages/ticket-snapshot';
import { addFailedTry, decideQuickRetry, type FailedTries } from '../core/push/gate';
import { openDatabase } from '../db/database';
import { runPrepared } from '../db/prepared';
import { eventKeyText, loadEvents } from '../db/queries/inject-tickets/load-events';
import { type LoadedTicket, loadTickets } from '../db/queries/inject-tickets/load-tickets';
import type { PushCall } from '../tixngo/client';
import { TixngoUnavailable } from '../tixngo/errors';
import { toTicketsBody } from '../tixngo/tickets-body';
import { openPlainJob, type PlainJob } from './plain-job';
import type { PlainMessage } from './plain-messages';

/**
 * The practical lower bound of a push (performance.md): the same selection, message building, HTTP client, marks and API in an async
 * loop with the same calls in flight. Nothing is planned, claimed, announced or written about: when it dies, nobody knows what was sent.
 *
 * `plain-push INTERFACE/SCHEDULE`
 */
async function main(schedule: string): Promise<void> {
  const config = loadConfig();
  const database = await openDatabase({ url: config.databaseUrl, applicationName: 'plain push' });
  const job = await openPlainJob(database, { schedule, config });
  // Until it is ended: the bench reads this process's figures after its last word.
  setInterval(() => undefined, 60_000);
  tell({ kind: 'ready' });
  const start = performance.now();
  const delivered = await pushAll(job);
  tell({ kind: 'done', seconds: (performance.now() - start) / 1_000, delivered });
}

/** `parallelCalls` lanes, each takes the next batch when its own is marked. */
async function pushAll(job: PlainJob): Promise<number> {
  const ticketIds = await job.selectDue();
  const events = new Map<string, EventSnapshot>();
  const build = createInjectBuilder(job.settings);
  let next = 0;
  let delivered = 0;
  const runLane = async (): Promise<void> => {
    for (;;) {
      const batch = ticketIds.slice(next, next + job.batchSize);
      if (batch.length === 0) return;
      next += batch.length;
      delivered += await pushBatch(job, batch, { events, build });
    }
  };
  await Promise.all(Array.from({ length: job.parallelCalls }, runLane));
  return delivered;
}

/** What all lanes read from. */
interface Shared {
  readonly events: Map<string, EventSnapshot>;
  readonly build: InjectBuilder;
}

async function pushBatch(job: PlainJob, ticketIds: readonly string[], { events, build }: Shared): Promise<number> {
  const tickets = await loadTickets(job.database.pool, { ticketIds, scheduleId: job.scheduleId });
  await loadMissingEvents(job, tickets, events);
  const messages = tickets.map((ticket) => toMessage(ticket, { events, build }));
  const body = toTicketsBody(messages.map(({ json }) => json));
  const idempotencyKey = createHash('sha256').update('plain\n').update(body).digest('hex');
  const sentAt = new Date().toISOString();
  const answer = await inject(job, { body, idempotencyKey });
  if (answer.kind !== 'results') throw new Error(`The API refused a whole call: ${answer.error.code}`);
  const accepted = new Set(
    answer.results.filter(({ outcome }) => outcome === 'ACCEPTED').map(({ ticketId }) => ticketId),
  );
  const delivered = messages.filter(({ ticketId }) => accepted.has(ticketId));
  await runPrepared(job.database.pool, markStatement, [
    delivered.map(({ ticketId }) => ticketId),
    delivered.map(({ contentHash }) => contentHash),
    job.organizer,
    sentAt,
    job.pointOfSalesId,
  ]);
  return delivered.length;
}

/** With the quick retries of the engine (performance.md), and nothing after them: a loop that ends has lost its work. */
async function inject(job: PlainJob, call: PushCall) {
  let failed: FailedTries | undefined;
  for (;;) {
    const beganAtMs = performance.now();
    try {
      return await job.client.inject(call);
    } catch (error) {
      if (!(error instanceof TixngoUnavailable)) throw error;
      const failedAtMs = performance.now();
      failed = addFailedTry(failed, { beganAtMs, failedAtMs });
      const pauseMs = decideQuickRetry(failed, { nowMs: failedAtMs, luck: Math.random() });
      if (pauseMs === undefined) throw error;
      await wait(pauseMs);
    }
  }
}

async function loadMissingEvents(
  job: PlainJob,
  tickets: readonly LoadedTicket[],
  events: Map<string, EventSnapshot>,
): Promise<void> {
  const missing = tickets.filter((ticket) => !events.has(eventKeyText(ticket)));
  if (missing.length === 0) return;
  for (const [key, event] of await loadEvents(job.database, missing)) events.set(key, event);
}

function toMessage({ id, ticket, ...keys }: LoadedTicket, { events, build }: Shared) {
  const event = events.get(eventKeyText(keys));
  if (event === undefined) throw new Error(`Ticket ${id} has no event`);
  const result = build(ticket, event);
  if ('refusal' in result) throw new Error(`Ticket ${id} cannot be sent: ${result.refusal.code}`);
  const { json, content } = result.message;
  return { ticketId: id, json, contentHash: hash('sha256', content) };
}

/** The marks of the engine's record statement (db/queries/push/announce-statement.ts), without all that it records beside them. */
const markStatement = {
  name: 'plain-mark',
  text: `
with delivered as (
  select * from unnest($1::bigint[], $2::text[]) as d(ticket_id, content_hash)
), marked as (
  insert into processed as old (ticket_id, function, organizer, execution_id, content_hash, sent_at)
  select ticket_id, 'inject-tickets', $3, 0, decode(content_hash, 'hex'), $4::timestamptz from delivered order by ticket_id
  on conflict (ticket_id, function) do update
    set version = old.version + 1, organizer = excluded.organizer, execution_id = excluded.execution_id,
      content_hash = excluded.content_hash, sent_at = excluded.sent_at
  returning 1
)
update ticket t set status = 'PRINTED', printed_at = now(), printed_pos_id = $5::bigint
from delivered d where t.id = d.ticket_id and t.status = 'NOT_PRINTED'`,
};

function tell(message: PlainMessage): void {
  console.log(JSON.stringify(message));
}

main(process.argv[2] ?? '').catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { canaries } from '../../local/season';
import type { SandboxCalls } from '../../sandbox/admin-client';
import { API_KEY, SEED, startSystem, type System } from '../helpers/e2e-system';
import { findTexts, readHistories } from '../helpers/find-texts';
import {
  expectComplete,
  expectDelivered,
  expectNoPhantom,
  expectNothingDoubled,
  expectSameTicketsPerKey,
  expectWithinLimit,
  listExecutions,
} from '../helpers/invariants';

/** One run that meets many faults at once, and the next one, which mends what is left (reliability.md F13, F18, F20, F26). */
const LANES = 4;
const TICKETS = 1_200;
let system: System;
let due: readonly string[];
let calls: SandboxCalls;
let exitCode: number | null;

/** Tickets far from each other: one per batch. */
const at = (share: number): string => due[Math.floor(due.length * share)] ?? '';
const unnamed = (): string => at(0.2);
const named = (): string => at(0.4);
const refused = (): string => at(0.6);
const withoutResult = (): string => at(0.9);

beforeAll(async () => {
  system = await startSystem({ tickets: TICKETS, parallelCalls: LANES, sandboxArgs: ['--latency-ms', '10'] });
  due = await system.listDue();
  const { addFault } = system.sandbox;
  // F13: acts, and the call times out.
  await addFault({ kind: 'silence', at: 'after', count: 1 });
  // F18: poison in three ways; its words quote the owner's name and address.
  await addFault({ kind: 'poison', ticketIds: [unnamed()], how: 'call-not-naming' });
  await addFault({ kind: 'poison', ticketIds: [named()], how: 'call-naming' });
  await addFault({ kind: 'poison', ticketIds: [refused()], how: 'ticket' });
  // F20: results missing once, for strangers, double, and missing for ever; a call meets the first fault that is left.
  await addFault({ kind: 'results', how: 'missing', count: 1 });
  await addFault({ kind: 'results', how: 'unknown-ids', count: 1 });
  await addFault({ kind: 'results', how: 'doubled', count: 1 });
  await addFault({ kind: 'results', how: 'missing', ticketIds: [withoutResult()] });
  ({ code: exitCode } = await system.command('run', 'inject', '--wait'));
  calls = await system.sandbox.calls();
}, 180_000);
afterAll(() => system.close());

const callsWith = (ticketId: string) => calls.calls.filter((call) => call.ticketIds.includes(ticketId));

/** The calls that were made for the batch of this ticket. */
function callsOfBatch(ticketId: string) {
  const batch = new Set(callsWith(ticketId)[0]?.ticketIds);
  return calls.calls.filter((call) => call.ticketIds.some((id) => batch.has(id)));
}

async function outcomeOf(ticketId: string) {
  const { rows } = await system.pool.query<{ outcome: string; code: string; message: string }>(
    'select outcome, code, message from execution_ticket where execution_id = 1 and ticket_id = $1',
    [ticketId],
  );
  return rows[0];
}

test('every ticket but the bad ones is delivered, once, and the run is red', async () => {
  expect(exitCode).toBe(1);
  const counts = await expectComplete(system, 1);
  expect(counts).toEqual({ DELIVERED: due.length - 4, REFUSED: 3, UNKNOWN: 1 });
  await expectNoPhantom(system);
  // Asked again because no result named them: one left out once, one never answered.
  await expectNothingDoubled(system, { askedAgain: 2 });
  await expectWithinLimit(system, LANES);
});

test('F13: a call that TIXNGO acted on without an answer goes out again under its key, with its tickets', () => {
  const [lost] = calls.calls.filter(({ fault }) => fault === 'silence');
  const again = calls.calls.filter(({ key }) => key === lost?.key);
  expect(again.map(({ ticketIds }) => ticketIds)).toEqual([lost?.ticketIds, lost?.ticketIds]);
  expect(again.map(({ acted, replayed }) => [acted, replayed])).toEqual([
    [true, false],
    [false, true],
  ]);
  expect(expectSameTicketsPerKey(calls)).toEqual([lost?.key]);
});

test('F18: a poison ticket costs 2 calls when it is named and at most 13 when it is not', async () => {
  expect(callsOfBatch(named())).toHaveLength(2);
  expect(callsOfBatch(unnamed()).length).toBeLessThanOrEqual(13);
  const message: unknown = expect.stringMatching(/cannot be taken|refused/);
  for (const ticketId of [named(), unnamed(), refused()]) {
    expect(await outcomeOf(ticketId)).toMatchObject({ outcome: 'REFUSED', message });
  }
});

test('F20: a ticket without a result is asked for once more, by itself, and ends UNKNOWN with the reason', async () => {
  const asked = callsWith(withoutResult());
  expect(asked).toHaveLength(2);
  expect(asked[1]?.ticketIds).toEqual([withoutResult()]);
  expect(await outcomeOf(withoutResult())).toMatchObject({ outcome: 'UNKNOWN', code: 'NO_RESULT' });
});

test('F20: a ticket that an answer left out is asked for again and delivered; strangers and doubles settle nobody else', async () => {
  const struck = calls.calls.filter(({ fault, ticketIds }) => fault === 'results' && ticketIds.length === 50);
  const [leftOut = '', withStranger = '', withDouble = ''] = struck.map(({ ticketIds }) => ticketIds[0]);
  expect(callsWith(leftOut).map(({ ticketIds }) => ticketIds.length)).toEqual([50, 1]);
  expect(callsWith(withStranger)).toHaveLength(1);
  expect(callsWith(withDouble)).toHaveLength(1);
  for (const ticketId of [leftOut, withStranger, withDouble]) {
    expect(await outcomeOf(ticketId)).toMatchObject({ outcome: 'DELIVERED' });
  }
});

test('once TIXNGO is well, the next run settles the unknown ticket first and delivers what was refused', async () => {
  await system.sandbox.clearFaults();
  await system.sandbox.clearCalls();
  const { code } = await system.command('run', 'inject', '--wait');
  expect(code).toBe(0);
  const { calls: next } = await system.sandbox.calls();
  expect(next).toHaveLength(1);
  expect(next[0]?.ticketIds[0]).toBe(withoutResult());
  expect([...(next[0]?.ticketIds ?? [])].sort()).toEqual([unnamed(), named(), refused(), withoutResult()].sort());
  await expectDelivered(system, due);
  await expectComplete(system, 2);
  const { rows } = await system.pool.query('select kind from outbox order by id');
  expect(rows).toEqual([{ kind: 'FAILED' }, { kind: 'RECOVERED' }]);
});

test('F26: no name, address, barcode or key is in a history, a log, a mail, an error or what a command says', async () => {
  for (const input of [{ schedule: 'nobody' }, {}, { schedule: 'inject', force: 'id:x' }]) {
    const { client, settings } = system.open;
    const handle = await client.workflow.start('injectTickets', {
      workflowId: `wrong-${JSON.stringify(input).length.toString()}`,
      taskQueue: settings.taskQueue,
      args: [input],
    });
    await expect(handle.result()).rejects.toThrow();
  }
  const logs = join(system.folder, 'logs');
  const files = readdirSync(logs).filter((name) => !name.startsWith('sandbox'));
  const { rows } = await system.pool.query(
    `select to_jsonb(o)::text as text from outbox o union all select to_jsonb(e)::text from execution e
     union all select to_jsonb(t)::text from ticket_outcome t union all select to_jsonb(t)::text from execution_ticket t`,
  );
  const said = await Promise.all([
    system.command('status'),
    system.command('log', '1'),
    system.command('log', '1', '--json'),
  ]);
  const texts = [
    ...(await readHistories(system.open)),
    ...files.map((name) => ({ where: name, text: readFileSync(join(logs, name), 'utf8') })),
    ...rows.map((row: { text: string }) => ({ where: 'database', text: row.text })),
    ...said.map(({ stdout, stderr }) => ({ where: 'command', text: stdout + stderr })),
  ];
  const secrets = [...canaries({ seed: SEED, tickets: TICKETS }, TICKETS), API_KEY];
  expect(secrets.length).toBeGreaterThan(3 * TICKETS);
  expect(findTexts(texts, secrets)).toEqual([]);
  // The search finds what is there, in plain text and in a payload.
  const [canary = ''] = secrets;
  expect(findTexts([{ where: 'planted', text: `... ${canary} ...` }], secrets)).toEqual(['planted']);
  expect(texts.filter(({ where }) => where.startsWith('inject-tickets/')).length).toBeGreaterThanOrEqual(2);
  expect(findTexts(texts, ['euro-host/inject'])).not.toEqual([]);
});

test('the executions are the two runs of this story', async () => {
  await expect(listExecutions(system)).resolves.toMatchObject([{ outcome: 'ERROR' }, { outcome: 'OK' }]);
});

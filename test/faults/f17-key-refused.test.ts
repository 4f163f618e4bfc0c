import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { API_KEY } from '../helpers/e2e-system';
import { listExecutions, readMarked } from '../helpers/invariants';
import { until } from '../helpers/until';
import { type BusySystem, MAX_OUTAGE_MINUTES, startBusySystem } from './helpers/busy-system';
import { tell } from './helpers/fault';
import { openLuck } from './helpers/luck';
import { arrivedAt } from './helpers/rates';

const LANES = 4;
/** The stand-in takes each key for an account of its own, so that a fault can refuse one and leave the others. */
const RENEWED = ['e2e-key-renewed-once', 'e2e-key-renewed-twice'] as const;
/** A TIXNGO that fails is waited for through an outage; one that refuses the key is not: well before half of that time all has ended. */
const ENDED_WITHIN_MS = (MAX_OUTAGE_MINUTES * 60_000) / 2;
const luck = openLuck('f17');
let busy: BusySystem;
let due: readonly string[];

beforeAll(async () => {
  busy = await startBusySystem({
    tickets: 3_000,
    parallelCalls: LANES,
    ticketIterationSize: 5,
    apiKey: (folder) => {
      writeKey(folder, API_KEY);
      return `{ file: ${keyFile(folder)} }`;
    },
    sandboxArgs: [
      '--latency-ms',
      '40',
      '--organizer',
      'renewed-once:F17_KEY_1',
      '--organizer',
      'renewed-twice:F17_KEY_2',
    ],
    environment: { F17_KEY_1: RENEWED[0], F17_KEY_2: RENEWED[1] },
  });
  due = await busy.listDue();
}, 120_000);
afterAll(() => busy.close());

const keyFile = (folder: string) => join(folder, 'tixngo.key');
const writeKey = (folder: string, key: string) => {
  writeFileSync(keyFile(folder), `${key}\n`);
};
const inSeconds = (ms: number) => Math.round(ms / 10) / 100;
const listCalls = async () => (await busy.system.sandbox.calls()).calls;
const accepted = async () => (await busy.system.sandbox.callSummary()).tickets.injectTickets?.accepted ?? 0;
const listPids = async () => {
  const { rows } = await busy.system.pool.query<{ name: string }>(
    `select name from worker w where exists (select from pg_stat_get_activity(w.backend_pid) a
       where a.backend_start = w.backend_start) order by 1`,
  );
  return rows.map(({ name }) => name);
};

async function listMails(): Promise<readonly { readonly kind: string; readonly mails: number }[]> {
  const { rows } = await busy.system.pool.query<{ kind: string; mails: number }>(
    `select kind, count(*)::integer as mails from outbox group by 1 order by 1`,
  );
  return rows;
}

/** Ids of the executions that the refusal ended. */
async function listFailed(): Promise<readonly number[]> {
  return (await listExecutions(busy.system)).filter(({ ending }) => ending === 'failed').map(({ id }) => id);
}

let workers: readonly string[];

test('401 or 403 in the middle: at most the calls in flight, every run ends within seconds, one mail each, nothing wrongly marked', async () => {
  workers = await listPids();
  const runs = await busy.startAll();
  await busy.system.accepted(luck.between(200, 1_000));
  const status = luck.pick([401, 403]);
  await busy.system.sandbox.addFault({ kind: 'status', status, organizer: 'euro-example' });
  const ends = await busy.waitAll(runs);
  const calls = await listCalls();
  const first = calls.find((call) => call.status === status);
  if (first === undefined) throw new Error('no call met the fault');
  const refused = calls.filter((call) => call.status === status);
  expect(refused.length).toBeLessThanOrEqual(LANES);
  expect(calls.filter(({ number }) => number > first.number).length).toBeLessThan(2 * LANES);
  const failed = await listFailed();
  expect(failed.length).toBeGreaterThan(0);
  expect(ends.filter(({ completed }) => !completed)).toHaveLength(failed.length);
  expect(await listMails()).toEqual([{ kind: 'FAILED', mails: failed.length }]);
  expect((await readMarked(busy.system)).length).toBe(await accepted());
  const { rows } = await busy.system.pool.query<{ at: Date }>(
    `select max(closed_at) as at from execution where ending = 'failed'`,
  );
  const endedMs = (rows[0]?.at.getTime() ?? Number.NaN) - arrivedAt(first);
  expect(endedMs).toBeLessThan(ENDED_WITHIN_MS);
  tell('F17', `${String(status)} in the middle, several executions on 2 workers`, {
    'calls refused': refused.length,
    'calls after the first': calls.filter(({ number }) => number > first.number).length,
    'runs ended': failed.length,
    mails: failed.length,
    'until all had ended s': inSeconds(endedMs),
  });
});

test('while the key is refused the next runs make at most a probe, and no second mail', async () => {
  const mails = await listMails();
  const before = await busy.system.sandbox.callSummary();
  const runs = await busy.startAll();
  await busy.waitAll(runs);
  expect((await busy.system.sandbox.callSummary()).calls - before.calls).toBeLessThanOrEqual(runs.length);
  expect(await listMails()).toEqual(mails);
});

test('works again with the key file renewed, on the same worker processes', async () => {
  writeKey(busy.system.folder, RENEWED[0]);
  const renewedAt = Date.now();
  const before = await accepted();
  const runs = await busy.startAll();
  await until('tickets are accepted under the new key', async () => (await accepted()) > before);
  const firstAt = Date.now();
  // Once more in the middle: the file is renewed first, then the old key is refused; the runs go on.
  await busy.system.accepted(before + luck.between(100, 600));
  writeKey(busy.system.folder, RENEWED[1]);
  await busy.system.sandbox.addFault({ kind: 'status', status: 401, organizer: 'renewed-once' });
  const ends = await busy.waitAll(runs);
  for (const end of ends) expect(end).toMatchObject({ completed: true, report: { outcome: 'OK' } });
  const calls = await listCalls();
  const under = (organizer: string) => calls.filter((call) => call.organizer === organizer && call.acted).length;
  expect(under('renewed-once')).toBeGreaterThan(0);
  expect(under('renewed-twice')).toBeGreaterThan(0);
  expect(await listPids()).toEqual(workers);
  expect((await listMails()).map(({ kind }) => kind)).toEqual(['FAILED', 'RECOVERED']);
  expect((await busy.system.sandbox.callSummary()).maxInFlight).toBeLessThanOrEqual(LANES);
  await busy.expectAll(due);
  tell('F17', 'key file renewed twice, workers not restarted', {
    'first ticket after s': inSeconds(firstAt - renewedAt),
    'calls under the second key': under('renewed-once'),
    'refused when it went': calls.filter((call) => call.organizer === 'renewed-once' && call.status === 401).length,
    'calls under the third': under('renewed-twice'),
  });
});

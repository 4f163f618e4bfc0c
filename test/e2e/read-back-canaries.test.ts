import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../local/free-port';
import { canaries } from '../../local/season';
import { API_KEY, INTERFACE, READ, SEED, startSystem, type System } from '../helpers/e2e-system';
import { findTexts, readHistories, type SearchedText } from '../helpers/find-texts';

/** Read-backs that go well, put records aside, end in error and apply files, and nothing of a person in what they say of it (reliability.md F26). */
const TICKETS = 200;
const schedule = `${INTERFACE}/${READ}`;
let system: System;
let metricsPort: number;
/** What commands said. */
const said: SearchedText[] = [];

beforeAll(async () => {
  metricsPort = await freePort();
  const environment = { WORKER_METRICS_PORT: metricsPort.toString() };
  system = await startSystem({ tickets: TICKETS, batchSplitSize: 50, environment });
  await expect(system.wait(await system.start())).resolves.toMatchObject({ completed: true });
}, 180_000);
afterAll(() => system.close());

async function say(...args: readonly string[]): Promise<number | null> {
  const { code, stdout, stderr } = await system.command(...args);
  said.push({ where: `tixngo ${args[0] ?? ''}`, text: stdout + stderr });
  return code;
}

const read = (...args: readonly string[]) => say('run', schedule, '--wait', ...args);

/** Of no ticket here; told by a file. */
const person = {
  firstName: 'Kanariette',
  lastName: 'Vogelsang-Meier',
  email: 'kanariette@canary.example.org',
  dateOfBirth: '1961-03-14',
  idCardNumber: 'ID-CANARY-5512',
};

function writeRecords(name: string, ticketId: string, changes: object): string {
  const owner = { ...person, ...changes };
  const record = { changeNumber: 9_000_001, changedAt: '2026-11-20T10:00:00Z', ticketId, status: 'DOWNLOADED' };
  const file = join(system.folder, name);
  writeFileSync(file, JSON.stringify({ tickets: [{ ...record, spectatorDetails: owner, holder: owner }] }));
  return file;
}

async function readMetrics(): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${metricsPort.toString()}/metrics`);
  expect(answer.status).toBe(200);
  return await answer.text();
}

/** What tells of a person, wherever it stands in what the sandbox told; a name that is a word of a program, such as Figura, only where it is long. */
function personal(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    if (typeof inner !== 'string') return personal(inner);
    if (name === 'lastName') return inner.length >= 10 ? [inner] : [];
    return ['email', 'dateOfBirth', 'idCardNumber', 'phoneNumber'].includes(name) ? [inner] : [];
  });
}

test('F26: nothing of a record of the wallet is in a history, log, metric, mail, error, or in what a command says of runs', async () => {
  const { sandbox, pool, open, folder } = system;
  const ticketIds = (await pool.query<{ id: string }>(`select id from ticket where status = 'PRINTED' order by id`))
    .rows;
  await sandbox.records({ count: 600, ticketIds: ticketIds.map(({ id }) => id), transfers: 0.5 });
  // Records with what is wrong in the fields of persons are put aside.
  for (const how of ['birth-date', 'email', 'unknown-ticket', 'unknown-status'] as const) {
    await sandbox.addFault({ kind: 'records', operation: 'diffTickets', how, most: 3, count: 1 });
  }
  expect(await read()).toBe(0);
  // A page that breaks the contract, an expired key, a key that is refused, an account that is away for a while: four runs in error, or late.
  await sandbox.records({ count: 200, ticketIds: ticketIds.map(({ id }) => id), transfers: 0.5 });
  await sandbox.addFault({ kind: 'records', operation: 'diffTickets', how: 'birth-date', most: 50, count: 1 });
  expect(await read()).toBe(1);
  await sandbox.addFault({ kind: 'expired-key', operation: 'diffTickets', count: 1 });
  expect(await read()).toBe(1);
  await sandbox.addFault({ kind: 'status', operation: 'diffTickets', status: 403, count: 1 });
  expect(await read()).toBe(1);
  await sandbox.addFault({ kind: 'answer', operation: 'diffTickets', how: 'truncated', count: 2 });
  expect(await read()).toBe(0);
  // Files: one that is refused for a field of a person, one whose ticket nobody knows.
  expect(await read('--file', writeRecords('refused.json', '100000001', { email: `${person.lastName} at home` }))).toBe(
    1,
  );
  expect(await read('--file', writeRecords('unknown.json', '999', {}))).toBe(0);

  for (const args of [
    ['status'],
    ['pending', schedule],
    ['put-aside', 'list'],
    ['put-aside', 'list', '--json'],
    ['drift'],
  ]) {
    await say(...args);
  }
  const { rows: runs } = await pool.query<{ id: string }>(
    `select id from execution where function = 'retrieve-status'`,
  );
  for (const { id } of runs) await say('log', id, '--json');
  const { rows } = await pool.query<{ text: string }>(
    `select to_jsonb(o)::text as text from outbox o union all select to_jsonb(e)::text from execution e
     union all select to_jsonb(a)::text from operator_action a union all select (to_jsonb(p) - 'record')::text from put_aside p`,
  );
  const logs = join(folder, 'logs');
  const files = readdirSync(logs).filter((name) => !name.startsWith('sandbox'));
  const metrics = await readMetrics();
  const texts: readonly SearchedText[] = [
    ...(await readHistories(open)),
    ...files.map((name) => ({ where: name, text: readFileSync(join(logs, name), 'utf8') })),
    ...rows.map(({ text }) => ({ where: 'database', text })),
    ...said,
    { where: 'metrics', text: metrics },
  ];
  const { records } = await sandbox.changes();
  const told = [...new Set(personal(records))].filter((text) => text.length >= 6);
  const secrets = [
    ...canaries({ seed: SEED, tickets: TICKETS }, TICKETS),
    API_KEY,
    ...told,
    '1990-02-30',
    ...personal(person),
  ];
  expect(told.length).toBeGreaterThan(TICKETS);
  expect(findTexts(texts, secrets)).toEqual([]);

  // All of it was there to be found: put-aside records hold persons, mails were written, and each place was looked into.
  const { rows: kept } = await pool.query<{ text: string }>('select record::text as text from put_aside');
  const { rows: mails } = await pool.query('select from outbox');
  expect(
    findTexts(
      kept.map(({ text }) => ({ where: 'kept', text })),
      personal(person),
    ),
  ).toEqual(['kept']);
  expect(
    findTexts(
      kept.map(({ text }) => ({ where: 'kept', text })),
      ['1990-02-30'],
    ).length,
  ).toBeGreaterThan(0);
  expect(mails.length).toBeGreaterThan(0);
  expect(runs).toHaveLength(6);
  expect(texts.filter(({ where }) => where.startsWith('retrieve-status/')).length).toBeGreaterThanOrEqual(runs.length);
  expect(metrics).toMatch(/temporal_|tixngo_/);
});

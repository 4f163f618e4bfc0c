import { findTickets } from '../../db/queries/operations/find-tickets';
import { listNearTicketNumbers } from '../../db/queries/operations/list-near-tickets';
import { listStandingRefused } from '../../db/queries/operations/list-standing-refused';
import { listTicketRuns } from '../../db/queries/operations/list-ticket-runs';
import { readTicketState } from '../../db/queries/operations/read-ticket-state';
import { addSkips, listSkips, removeSkips } from '../../db/queries/operations/skips';
import { summarizePending } from '../../db/queries/operations/summarize-pending';
import { selectForInject } from '../../db/queries/inject-tickets/due';
import type { Database } from '../../db/database';
import { openOperations, seedRuns, type OperationsDatabase } from './operations-fixture';

let operations: OperationsDatabase;
let database: Database;

beforeAll(async () => {
  operations = await openOperations('ticket-operations');
  ({ database } = operations);
});
afterAll(() => operations.close());

const due = () => selectForInject({ organizationId: '1', scheduleId: '1', products: [], skip: [] });

beforeAll(() => seedRuns(database));

test("a ticket's story: runs newest first, marks, claim, the call that holds it and only that, skips", async () => {
  expect((await listTicketRuns(database, '7')).map(({ run, outcome }) => [run, outcome])).toEqual([
    [3, 'UNKNOWN'],
    [2, 'REFUSED'],
  ]);
  expect(await readTicketState(database, '7')).toMatchObject({
    marks: [],
    claimedBy: 4,
    openCalls: [{ run: 4, batch: 1, number: 1, announcedAtMs: Date.parse('2026-11-20T10:05:00Z') }],
    skippedBy: [{ schedule: 'fcx/second', reason: 'poison', by: 'ana' }],
  });
  expect(await readTicketState(database, '8')).toMatchObject({
    marks: [{ run: 2, version: 1 }],
    claimedBy: 4,
    openCalls: [],
  });
  expect(await readTicketState(database, '9')).toMatchObject({ claimedBy: null, openCalls: [], skippedBy: [] });
});

test('tickets are found by number and id together, and near numbers in the order of the text', async () => {
  const found = await findTickets(database, { numbers: ['N12', 'N99999'], ids: ['12', '13'] });
  expect(found.map(({ id }) => id)).toEqual(['12', '13']);
  expect(await findTickets(database, { numbers: ['N12'], ids: [], organization: 'OTHER' })).toEqual([]);
  expect(await listNearTicketNumbers(database, { number: 'N50x' })).toEqual(['N5098', 'N5099', 'N51', 'N510']);
});

test('what is pending is what a run would take: neither marked nor skipped, with what was refused and lost before', async () => {
  const [league, ...others] = await summarizePending(database, due());
  expect(others).toEqual([]);
  expect(league).toMatchObject({ product: 'LEAGUE', tickets: 100, refused: 99, unknown: 1 });
  const second = selectForInject({ organizationId: '1', scheduleId: '2', products: ['LEAGUE'], skip: [] });
  expect((await summarizePending(database, second))[0]).toMatchObject({ tickets: 99, unknown: 0 });
});

test('refused tickets that are still due are named with the run that refused them, and with how many there are', async () => {
  const selection = due();
  const { total, tickets } = await listStandingRefused(database, { selection, execution: undefined, limit: 2 });
  expect(total).toBe(99);
  expect(tickets).toMatchObject([
    { ticketNumber: 'N107', ticketId: '107', code: 'TOO_LONG', run: 2 },
    { ticketNumber: 'N207', run: 2 },
  ]);
  // Run 2 refused them itself; run 3 is told of them.
  const own = await listStandingRefused(database, { selection, execution: 2, limit: 2 });
  expect(own).toEqual({ total: 0, tickets: [] });
  expect((await listStandingRefused(database, { selection, execution: 3, limit: 1 })).total).toBe(99);
});

test('a skip is added once, takes another reason when one is given, and is removed once', async () => {
  const add = { scheduleId: '1', ticketIds: ['1', '2'], reason: 'r', who: 'ana' };
  expect(await addSkips(database, add)).toEqual({ added: ['1', '2'], replaced: [] });
  expect(await addSkips(database, { ...add, ticketIds: ['2', '3'] })).toEqual({ added: ['3'], replaced: [] });
  const more = { ...add, ticketIds: ['1', '2'], who: 'bob' };
  expect(await addSkips(database, { ...more, reason: undefined })).toEqual({ added: [], replaced: [] });
  expect(await addSkips(database, { ...more, reason: 's' })).toEqual({ added: [], replaced: ['1', '2'] });
  expect((await listSkips(database, '1')).map(({ ticketNumber, by }) => [ticketNumber, by])).toEqual([
    ['N1', 'bob'],
    ['N2', 'bob'],
    ['N3', 'ana'],
  ]);
  expect(await removeSkips(database, { scheduleId: '1', ticketIds: ['1', '9'] })).toEqual(['1']);
  const rest = await removeSkips(database, { scheduleId: '1', ticketIds: ['1', '2', '3'] });
  expect(rest.toSorted()).toEqual(['2', '3']);
});

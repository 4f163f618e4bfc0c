import { recordsRequest, toGeneratedRecord, type RecordsInput } from '../../sandbox/generated-records';
import { loadDocument } from '../../sandbox/document';
import type { DiffRecord } from '../../sandbox/diff-record';
import { failureOf, openStage, type Stage } from '../tixngo/fixture';
import { askPage, countTo, injectMany, numbersOf, readAll } from './diff-fixture';

const ticketIds = countTo(100).map((number) => String(100_010_000 + number));
const generate = (input: RecordsInput): readonly DiffRecord[] => {
  const given = { ...recordsRequest.parse(input), firstChangeNumber: 1, startMs: Date.UTC(2026, 5, 14) };
  return countTo(input.count).map((number) => toGeneratedRecord(given, number - 1));
};
const records = generate({ count: 1500, ticketIds, interleave: 30 });
const livesOf = (given: readonly DiffRecord[]) => {
  const lives = new Map<string, DiffRecord[]>(ticketIds.map((ticketId) => [ticketId, []]));
  for (const record of given) lives.get(record.ticketId)?.push(record);
  return [...lives.values()];
};

describe('made-up records', () => {
  test('are numbered in order, and a ticket has as many as the others', () => {
    expect(records.map(({ changeNumber }) => changeNumber)).toEqual(countTo(1500));
    expect(new Set(livesOf(records).map((life) => life.length))).toEqual(new Set([15]));
    expect(
      livesOf(generate({ count: 1450, ticketIds }))
        .map((life) => life.length)
        .toSorted((a, b) => a - b)[0],
    ).toBe(14);
  });
  test('are those of the document', () => {
    const page = { tickets: records.slice(0, 1000), paginationKey: 'k', hasMore: true };
    expect(loadDocument().checkAnswer('diffTickets', 200, page)).toBeUndefined();
  });
  test('are the same in whatever order they are read, also after more owners than are kept', () => {
    const request = recordsRequest.parse({ count: 90_000, ticketIds: countTo(30_000).map(String) });
    const read = (positions: readonly number[]) => {
      const given = { ...request, firstChangeNumber: 1, startMs: 0 };
      return new Map(positions.map((position) => [position, toGeneratedRecord(given, position)]));
    };
    const positions = countTo(90_000 / 3).map((number) => number * 3 - 1);
    const forth = read(positions);
    const back = read(positions.toReversed());
    expect(
      positions.filter((position) => JSON.stringify(forth.get(position)) !== JSON.stringify(back.get(position))),
    ).toEqual([]);
  });
  test('are the same for the same seed only', () => {
    expect(generate({ count: 1500, ticketIds, interleave: 30 })).toEqual(records);
    expect(generate({ count: 1500, ticketIds, interleave: 30, seed: 2 })).not.toEqual(records);
  });
  test('tell lives that are possible: transfers begin and end, owners follow from them, levels count them', () => {
    for (const life of livesOf(records)) {
      let owner = life[0]?.spectatorDetails.email;
      let level = 0;
      let pending: string | undefined;
      for (const { status, spectatorDetails, transfer, transferLevel } of life) {
        if (pending !== undefined) expect(['TRANSFERRED', 'FAILURE', 'FAILURE_TRANSFER']).toContain(status);
        if (transfer !== undefined) expect(transfer.from.email).toBe(owner);
        if (pending !== undefined) expect(transfer?.to.email).toBe(pending);
        pending = status === 'PENDING_TRANSFER' ? transfer?.to.email : undefined;
        if (status === 'TRANSFERRED') {
          owner = transfer?.to.email;
          level += 1;
        }
        expect(spectatorDetails.email).toBe(owner);
        expect(transferLevel).toBe(level);
      }
    }
    const statuses = new Set(records.map(({ status }) => status));
    expect([...statuses].toSorted()).toEqual([
      'ASSIGNED',
      'DOWNLOADED',
      'FAILURE',
      'FAILURE_TRANSFER',
      'INJECTED',
      'ONLINE_ACTIVATED',
      'PENDING_TRANSFER',
      'TRANSFERRED',
    ]);
  });
  test('have as many transfers as are wanted', () => {
    const share = (transfers: number) => {
      const later = generate({ count: 1500, ticketIds, transfers }).filter(
        ({ status }) => status !== 'INJECTED' && status !== 'DOWNLOADED',
      );
      return later.filter(({ transfer }) => transfer !== undefined).length / later.length;
    };
    expect(share(0)).toBe(0);
    expect(share(0.5)).toBeCloseTo(0.5, 1);
    expect(share(1)).toBe(1);
  });
  test('begin with the owners that are named, and go to as many people as are wanted', () => {
    const emails = ticketIds.map((ticketId) => `owner.${ticketId}@example.test`);
    const given = generate({ count: 1500, ticketIds, emails, people: 4 });
    expect(given.slice(0, 100).map(({ spectatorDetails }) => spectatorDetails.email)).toEqual(emails);
    const to = new Set(given.flatMap(({ transfer }) => (transfer?.to.email === undefined ? [] : [transfer.to.email])));
    expect(to.size).toBe(4);
  });
  test('put records of one ticket next to each other when tickets do not take turns', () => {
    const given = generate({ count: 300, ticketIds, interleave: 1 });
    expect(given.slice(0, 4).map(({ ticketId }) => ticketId)).toEqual([
      ...Array.from({ length: 3 }, () => ticketIds[0]),
      ticketIds[1],
    ]);
  });
});

describe('the diff', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ repeatChance: 0 });
  });
  beforeEach(() => stage.admin.reset());
  afterAll(() => stage.close());

  test('tells made-up records after and before changes of wallets, under one numbering', async () => {
    await injectMany(stage, 2);
    expect(await stage.admin.records({ count: 5, ticketIds })).toEqual({ firstChangeNumber: 3, lastChangeNumber: 7 });
    await stage.admin.wallet('T-001', 'download');
    const pages = await readAll(stage, { limit: 3 });
    expect(numbersOf(pages)).toEqual(countTo(8));
    expect(pages.at(-1)?.tickets.at(-1)).toMatchObject({ ticketId: 'T-001', status: 'DOWNLOADED' });
    expect((await stage.admin.stateSummary()).count).toBe(2);
    expect(await stage.admin.changeSummary()).toEqual({ organizer: 'club', count: 8, dropped: 0, lastChangeNumber: 8 });
  });
  test.each([
    { count: 101, ticketIds: ['1'] },
    { count: 0, ticketIds },
    { count: 1, ticketIds: [] },
    { count: 1, ticketIds, organizer: 'nobody' },
  ])('a mistake is refused', async (request) => {
    expect(await failureOf(stage.admin.records(request))).toBeInstanceOf(Error);
    expect((await stage.admin.changeSummary()).count).toBe(0);
  });
});

test('bench mode tells 50,000 made-up records, each once and without keeping one, and its faults strike', async () => {
  const stage = await openStage({ bench: true });
  await stage.admin.records({ count: 50_000, ticketIds: countTo(10_000).map(String) });
  let paginationKey = '';
  let last = 0;
  let hasMore = true;
  while (hasMore) {
    const page = await askPage(stage, { paginationKey });
    expect(page.tickets[0]?.changeNumber).toBe(last + 1);
    last += page.tickets.length;
    ({ paginationKey, hasMore } = page);
  }
  expect(last).toBe(50_000);
  expect((await stage.admin.calls('diffTickets')).calls).toEqual([]);
  expect((await stage.admin.callSummary()).callsByStatus).toEqual({ 200: 50 });
  await stage.admin.addFault({ kind: 'status', status: 503, operation: 'diffTickets', count: 1 });
  expect((await askPage(stage)).status).toBe(503);
  expect((await askPage(stage, { limit: 1001 })).status).toBe(400);
  await stage.close();
});

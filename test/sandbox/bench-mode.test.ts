import { failureOf, openStage, toCall, toTicket, type Stage } from '../tixngo/fixture';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ bench: true });
});
beforeEach(() => stage.admin.reset());
afterAll(() => stage.close());

test('bench mode accepts and counts every ticket, keeps none and checks nothing', async () => {
  const tickets = [toTicket('T-1'), { ticketId: 'T 2*.-_+/()', note: '"ticketId":"T-3" is no ticket' }];
  expect(await stage.client.inject(toCall(tickets))).toMatchObject({
    results: [
      { ticketId: 'T-1', outcome: 'ACCEPTED' },
      { ticketId: 'T 2*.-_+/()', outcome: 'ACCEPTED' },
    ],
  });
  await stage.client.inject(toCall([toTicket('T-1')]));
  expect(await stage.admin.callSummary()).toMatchObject({
    calls: 2,
    tickets: { injectTickets: { received: 2, accepted: 2, receivedAgain: 1, acceptedAgain: 1 } },
  });
  expect((await stage.admin.stateSummary()).count).toBe(0);
});

test('bench mode still answers with the errors that are switched on, and accepts nothing then', async () => {
  await stage.admin.addFault({ kind: 'status', status: 503, count: 1 });
  expect(await failureOf(stage.client.inject(toCall([toTicket('T-1')])))).toMatchObject({ status: 503 });
  expect((await stage.admin.callSummary()).tickets).toMatchObject({ injectTickets: { received: 1, accepted: 0 } });
});

test('the stand-in tells when the first call came and when tickets were accepted', async () => {
  const before = Date.now();
  expect(await stage.admin.timeline()).toEqual({ firstCallAt: null, accepted: [] });
  await stage.client.inject(toCall([toTicket('T-1'), toTicket('T-2')]));
  const { firstCallAt, accepted } = await stage.admin.timeline();
  expect(firstCallAt).toBeGreaterThanOrEqual(before);
  expect(firstCallAt).toBeLessThanOrEqual(Date.now());
  expect(accepted.map(({ tickets }) => tickets)).toEqual([2]);
});

test('bench mode still asks for the key', async () => {
  const stranger = stage.openClient({ apiKey: 'other' });
  expect(await failureOf(stranger.inject(toCall([toTicket('T-1')])))).toMatchObject({ status: 401 });
});

import { failureOf, openStage, toCall, toTicket, type Stage } from '../tixngo/fixture';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
beforeEach(() => stage.admin.reset());
afterAll(() => stage.close());

describe('the administration', () => {
  const post = (path: string, body: string) => fetch(`${stage.sandbox.adminUrl}/${path}`, { method: 'POST', body });

  test('says that this is a stand-in', async () => {
    const response = await fetch(stage.sandbox.adminUrl);
    expect(await response.text()).toContain("not the vendor's product");
  });
  test.each([
    ['faults', '{"kind":"earthquake"}'],
    ['faults', '{"kind":"status","status":503,"probabilty":1}'],
    ['faults', '{'],
    ['wallet', '{"ticketId":"T-1","action":"steal"}'],
    ['reset', '{"seed":"x"}'],
    ['repeats', '{"chance":2}'],
    ['repeats', '{}'],
    ['faults', '{"kind":"page","how":"lost"}'],
    ['faults', '{"kind":"expired-key","status":404}'],
    ['faults', '{"kind":"latency","operation":"diff","minMs":1,"maxMs":2}'],
    ['faults', '{"kind":"status","operation":"injectPrivileges","status":500}'],
    ['faults', '{"kind":"latency","minMs":3,"maxMs":2}'],
    ['faults', '{"kind":"status","organizer":"nobody","status":500}'],
    ['faults', '{"kind":"page","how":"late","operation":"injectTickets"}'],
    ['faults', '{"kind":"results","how":"missing","operation":"diffTickets"}'],
    ['crowd', '{"seed":1,"steps":1,"organizer":"nobody"}'],
    ['records', '{"count":1,"ticketIds":["1"],"organizer":"nobody"}'],
  ])('refuses a mistake in %s: %s', async (path, body) => {
    expect((await post(path, body)).status).toBe(400);
  });
  test('does not know other paths', async () => {
    expect((await fetch(`${stage.sandbox.adminUrl}/crown`)).status).toBe(404);
    expect((await fetch(`${stage.sandbox.adminUrl}/faults/77`, { method: 'DELETE' })).status).toBe(404);
  });
  test('faults are listed with how often they struck, and cleared one by one', async () => {
    const id = await stage.admin.addFault({ kind: 'status', status: 503, count: 1, operation: 'injectTickets' });
    const second = await stage.admin.addFault({
      kind: 'status',
      status: 500,
      organizer: 'club',
      operation: 'diffTickets',
    });
    expect(await failureOf(stage.client.inject(toCall([toTicket('T-1')])))).toMatchObject({ status: 503 });
    await stage.client.inject(toCall([toTicket('T-2')]));
    const listed = async (): Promise<unknown> => (await fetch(`${stage.sandbox.adminUrl}/faults`)).json();
    expect(await listed()).toMatchObject({
      faults: [
        { id, struck: 1 },
        { id: second, struck: 0 },
      ],
    });
    await stage.admin.clearFaults(id);
    expect(await listed()).toMatchObject({ faults: [{ id: second }] });
  });
  test('operations that come later say so', async () => {
    const url = stage.sandbox.url.replace('tickets', 'privileges');
    const response = await fetch(url, { method: 'POST', body: '{}', headers: { 'x-api-key': 'key-of-the-club' } });
    expect(response.status).toBe(501);
    expect(await response.json()).toMatchObject({ error: { code: 'NOT_BUILT' } });
  });
  test('most calls in flight at once are counted', async () => {
    // So long that the last one comes before the first is answered, however slow the machine.
    await stage.admin.addFault({ kind: 'latency', minMs: 2_000, maxMs: 2_000 });
    const calls = Array.from({ length: 4 }, (_, index) =>
      stage.client.inject(toCall([toTicket(`T-${String(index)}`)])),
    );
    await Promise.all(calls);
    expect(await stage.admin.callSummary()).toMatchObject({ calls: 4, maxInFlight: 4, callsByStatus: { 200: 4 } });
    await stage.admin.clearCalls();
    expect(await stage.admin.callSummary()).toMatchObject({ calls: 0, maxInFlight: 0 });
  });
});

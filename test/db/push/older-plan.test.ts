import type { RecordedOutcome } from '../../../db/queries/push/announce';
import { type Announcing, answered, openAnnouncing, outcome, refused, skipped } from './announce-fixture';

let announcing: Announcing;
beforeAll(async () => {
  announcing = await openAnnouncing('older-plan');
});
beforeEach(async () => {
  await announcing.begin();
  await announcing.ask();
});
afterAll(() => announcing.engine.close());

/** Records what this side decides by the older plan: the first two tickets are in the call. */
const decide = (outcomes: readonly RecordedOutcome[] = [skipped(0), refused(1, false), skipped(2)]) =>
  announcing.record([], { record: { outcomes } });
const unknown = outcome(0, { outcome: 'UNKNOWN', code: 'CANNOT_BE_REPEATED', fromAnswer: false });
const refuseWhole = () => {
  const call = { ...answered, refusedWhole: true, refusal: { code: 'C', message: 'm' } };
  return announcing.record([], { record: { outcomes: [], call } });
};
const onlyTheThird = { log: { 2: 'SKIPPED' }, last: { 3: 'SKIPPED' }, claims: 99 };

describe('what an older plan makes this side decide of tickets that a call brought meanwhile is not taken', () => {
  test('the call has no answer yet', async () => {
    await decide();
    expect(await announcing.state()).toMatchObject(onlyTheThird);
  });

  test('the answer left them out', async () => {
    await announcing.record([]);
    await decide();
    expect(await announcing.state()).toMatchObject({ ...onlyTheThird, answered: 1 });
  });

  test('the call delivered them, and they are not UNKNOWN either', async () => {
    await announcing.record([outcome(0), outcome(1)]);
    await decide();
    await decide([unknown]);
    expect(await announcing.state()).toMatchObject({
      log: { 0: 'DELIVERED', 1: 'DELIVERED' },
      last: { 3: 'SKIPPED' },
      claims: 97,
    });
    expect(await announcing.engine.query(`select position from execution_undelivered`)).toEqual([{ position: 2 }]);
  });

  test('the call was refused whole only when it was repeated', async () => {
    await announcing.ask({ announce: { ...announcing.input().announce, repetition: true } });
    await refuseWhole();
    await decide();
    expect(await announcing.state()).toMatchObject({ ...onlyTheThird, answered: 1 });
  });

  test('it is taken of tickets whose call was refused whole, and UNKNOWN of those whose call has no answer', async () => {
    await decide([unknown]);
    await refuseWhole();
    await decide();
    expect(await announcing.state()).toMatchObject({ log: { 0: 'UNKNOWN', 1: 'REFUSED', 2: 'SKIPPED' } });
  });
});

test('a call that another attempt announced since for a trial is not waited for at the gate: the batch is loaded again', async () => {
  await announcing.engine.query(`update call set range_number = 7, token = token + 1;
    update organizer_gate set failing_since = now(), probe_at = now() + interval '1 hour'`);
  expect(await announcing.ask()).toMatchObject({ probeNeeded: true, announced: false, ticketsChanged: true });
});

import type { FailureKind } from '../../../core/push/gate';
import type { AnnounceResult } from '../../../db/queries/push/announce';
import { answeredLate } from '../../../db/queries/push/answered-late';
import { callFailed, callOver } from '../../../db/queries/push/call-failed';
import { type Announcing, openAnnouncing } from './announce-fixture';

let announcing: Announcing;
beforeAll(async () => {
  announcing = await openAnnouncing('call-age');
});
beforeEach(() => announcing.begin());
afterAll(() => announcing.engine.close());

const query = (text: string) => announcing.engine.query(text);
const toSeconds = (ms: number | null | undefined) => (typeof ms === 'number' ? Math.round(ms / 1_000) : undefined);

/** As if so much time had passed since whatever is on record of the call. */
const pass = (time: string) =>
  query(`update call set announced_at = announced_at - interval '${time}', deadline = deadline - interval '${time}',
    counts_until = counts_until - interval '${time}'`);

async function repeat(): Promise<AnnounceResult> {
  const said = await announcing.ask({ announce: { ...announcing.input().announce, repetition: true } });
  expect(said.announced).toBe(true);
  return said;
}

function toCall({ sentAt }: AnnounceResult) {
  const { identity, announce } = announcing.input();
  return { execution: identity.execution, batch: 0, number: 1, sentAt, deadlineMs: announce.deadlineMs };
}

/** As if the present try had begun so long ago. */
async function began(sent: AnnounceResult, ago: string): Promise<AnnounceResult> {
  await pass(ago);
  const { deadlineMs } = announcing.input().announce;
  const [row] = await announcing.engine.query<{ sentAt: string }>(
    `select (deadline - interval '${String(deadlineMs)} milliseconds')::text as "sentAt" from call`,
  );
  return { ...sent, ...row };
}

/** The present try fails; for how many seconds the call has been in conflict. */
const fail = async (sent: AnnounceResult, kind: FailureKind, pauseMs?: number) =>
  toSeconds(await callFailed(announcing.engine.database, toCall(sent), { kind, pauseMs }));

/** Fails `times` times, `every` so long after the time before, and is announced again; its age in seconds then. */
async function failOften(kind: FailureKind, times: number, { every, pauseMs }: { every: string; pauseMs?: number }) {
  let sent = await announcing.ask();
  for (let n = 0; n < times; n += 1) {
    await fail(sent, kind, pauseMs);
    await pass(every);
    sent = await repeat();
  }
  return { sent, seconds: toSeconds(sent.calledForMs) };
}

describe('the age of a call that is made again', () => {
  const repeatAfter = async (change: string) => {
    await announcing.ask();
    await query(`update call set announced_at = now() - interval '11 minutes', ${change}`);
    return toSeconds((await repeat()).calledForMs);
  };

  test('counts from its first announcement, whoever made it since', async () => {
    expect(await repeatAfter(`deadline = now() - interval '1 minute', token = 0, worker_id = 0, repeats = 500`)).toBe(
      660,
    );
    expect(await repeatAfter('deadline = now()')).toBe(660);
  });

  test('counts 2 minutes at most of a wait for the next try, also when the end of the last one is not on record', async () => {
    expect(await repeatAfter(`deadline = now() - interval '3 minutes'`)).toBe(600);
    expect(
      await query(`select round(extract(epoch from now() - announced_at)) = 600 as kept, repeats from call`),
    ).toEqual([{ kept: true, repeats: 1 }]);
  });

  test.each(['3 minutes', '1 hour'])(
    'does not begin anew, were there waits of %s each: pauses that other calls are asked for would keep its run open',
    async (every) => {
      expect(await failOften('other', 6, { every })).toMatchObject({ seconds: 720 });
    },
  );

  test('counts pauses that TIXNGO asks for with a 503, however long each is', async () => {
    expect(await failOften('other', 4, { every: '160 seconds', pauseMs: 150_000 })).toMatchObject({ seconds: 640 });
  });

  test('counts 2 minutes at most of the wait after such a pause', async () => {
    expect(await failOften('other', 2, { every: '1 hour', pauseMs: 150_000 })).toMatchObject({ seconds: 540 });
  });

  test.each([
    ['without Retry-After', '100 seconds', undefined],
    ['with Retry-After', '160 seconds', 150_000],
  ])('does not count what 429s %s cost', async (_what, every, pauseMs) => {
    const { sent, seconds } = await failOften('rate', 8, pauseMs === undefined ? { every } : { every, pauseMs });
    expect(seconds).toBe(0);
    // Nor does it begin anew: an account that is called too often now and then would keep the run of a bad call open.
    await fail(sent, 'other');
    await pass('100 seconds');
    await fail(await repeat(), 'rate', pauseMs);
    await pass(every);
    expect(toSeconds((await repeat()).calledForMs)).toBe(100);
  });

  test('counts a try after a 429 like any other, also when its end is not on record', async () => {
    await failOften('rate', 1, { every: '100 seconds' });
    await pass('60 seconds');
    expect(toSeconds((await repeat()).calledForMs)).toBe(60);
  });

  test('does not count a 429 that itself took long, nor the wait of a call that a pause held back after one', async () => {
    await fail(await began(await announcing.ask(), '4 seconds'), 'rate');
    await callOver(announcing.engine.database, toCall(await repeat()));
    await pass('100 seconds');
    expect(toSeconds((await repeat()).calledForMs)).toBe(0);
  });

  test('does not take out twice what a 429 cost, nor what lies past the deadline: no call is younger than a new one', async () => {
    const late = await began(await announcing.ask(), '25 seconds');
    await fail(late, 'rate');
    // Again, as when the commit was in doubt.
    await fail(late, 'rate');
    expect(toSeconds((await repeat()).calledForMs)).toBe(0);
  });

  test('does not count for how long the database was away when its failure was to be recorded', async () => {
    await fail(await began(await announcing.ask(), '305 seconds'), 'other');
    expect(toSeconds((await repeat()).calledForMs)).toBe(125);
  });
});

describe('for how long a call has been in conflict', () => {
  test('counts from its first 409, not from the call; 429s, which say nothing about it, neither end that nor count', async () => {
    const { sent } = await failOften('other', 7, { every: '100 seconds' });
    expect(await fail(sent, 'conflict')).toBe(0);
    await pass('60 seconds');
    expect(await fail(await repeat(), 'conflict')).toBe(60);
    await fail(await repeat(), 'rate');
    await pass('60 seconds');
    expect(await fail(await repeat(), 'conflict')).toBe(60);
  });

  test('begins anew after any other failure: a sending may have been taken since', async () => {
    const { sent } = await failOften('conflict', 3, { every: '60 seconds' });
    expect(await fail(sent, 'other')).toBeUndefined();
    expect(await fail(await repeat(), 'conflict')).toBe(0);
  });

  test('also after a time-out that is noticed past the deadline', async () => {
    const { sent } = await failOften('conflict', 1, { every: '60 seconds' });
    await fail(await began(sent, '6 seconds'), 'other');
    expect(
      await query(`select conflict_after, deadline < now() - interval '900 milliseconds' as kept from call`),
    ).toEqual([{ conflict_after: null, kept: true }]);
  });

  test('also after an answer that is not on record, for its attempt had lost the slot: it was no 409, and the wait counts', async () => {
    const { sent } = await failOften('conflict', 2, { every: '60 seconds' });
    await answeredLate(announcing.engine.database, { ...toCall(sent), range: announcing.input().slot.range });
    await pass('60 seconds');
    const again = await repeat();
    expect(toSeconds(again.calledForMs)).toBe(180);
    expect(await fail(again, 'conflict')).toBe(0);
  });

  test('also after a sending whose end is not on record: its worker is gone', async () => {
    await failOften('conflict', 3, { every: '60 seconds' });
    await pass('60 seconds');
    expect(await fail(await repeat(), 'conflict')).toBe(0);
  });

  test.each([
    ['at once', '0 seconds'],
    ['past its deadline', '6 seconds'],
  ])('goes on when a call was held back, %s: nothing was sent', async (_what, ago) => {
    const { sent } = await failOften('conflict', 3, { every: '60 seconds' });
    await callOver(announcing.engine.database, toCall(await began(sent, ago)));
    await pass('1 hour');
    expect(await fail(await repeat(), 'conflict')).toBe(180);
  });

  test('does not count for how long the database was away when a 409 was to be recorded', async () => {
    const { sent } = await failOften('conflict', 1, { every: '60 seconds' });
    expect(await fail(await began(sent, '1 hour'), 'conflict')).toBe(65);
    expect(await fail(await repeat(), 'conflict')).toBe(185);
  });

  test('counts 2 minutes at most of a wait for the next try, as the age does', async () => {
    const { sent } = await failOften('conflict', 3, { every: '1 hour' });
    expect(await fail(sent, 'conflict')).toBe(360);
  });

  test('is nothing of an attempt whose call a newer one repeats, and changes nothing', async () => {
    const sent = await announcing.ask();
    await pass('1 second');
    await repeat();
    const before = await query(`select * from call`);
    expect(await fail(sent, 'conflict')).toBeUndefined();
    expect(await query(`select * from call`)).toEqual(before);
  });
});

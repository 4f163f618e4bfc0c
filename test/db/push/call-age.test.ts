import type { FailureKind } from '../../../core/push/gate';
import type { AnnounceResult } from '../../../db/queries/push/announce';
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
    waits_until = waits_until - interval '${time}', conflict_since = conflict_since - interval '${time}'`);

async function repeat(): Promise<AnnounceResult> {
  const said = await announcing.ask({ announce: { ...announcing.input().announce, repetition: true } });
  expect(said.announced).toBe(true);
  return said;
}

function toCall({ sentAt }: AnnounceResult) {
  const { identity, announce } = announcing.input();
  return { execution: identity.execution, batch: 0, number: 1, sentAt, deadlineMs: announce.deadlineMs };
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

  test('begins anew when nobody made it for more than 2 minutes: the run was paused, or there was no worker', async () => {
    expect(await repeatAfter(`deadline = now() - interval '3 minutes'`)).toBe(0);
    expect(await query(`select now() - announced_at < interval '1 minute' as anew, repeats from call`)).toEqual([
      { anew: true, repeats: 1 },
    ]);
  });

  test('counts pauses that TIXNGO asks for with a 503, however long each is', async () => {
    expect(await failOften('other', 4, { every: '160 seconds', pauseMs: 150_000 })).toMatchObject({ seconds: 640 });
  });

  test('begins anew when nobody made it for more than 2 minutes after such a pause', async () => {
    expect(await failOften('other', 2, { every: '280 seconds', pauseMs: 150_000 })).toMatchObject({ seconds: 0 });
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

  test('does not count a 429 that itself took long, nor the wait of a call that a pause held back after one', async () => {
    const sent = await announcing.ask();
    const { announce } = announcing.input();
    await query(
      `update call set announced_at = announced_at - interval '4 seconds', deadline = deadline - interval '4 seconds'`,
    );
    const [began] = await announcing.engine.query<{ sentAt: string }>(
      `select (deadline - interval '${String(announce.deadlineMs)} milliseconds')::text as "sentAt" from call`,
    );
    await fail({ ...sent, ...began }, 'rate');
    await callOver(announcing.engine.database, toCall(await repeat()));
    await pass('100 seconds');
    expect(toSeconds((await repeat()).calledForMs)).toBe(0);
  });
});

describe('for how long a call has been in conflict', () => {
  test('counts from its first 409, not from the call, and over 429s, which say nothing about it', async () => {
    const { sent } = await failOften('other', 7, { every: '100 seconds' });
    expect(await fail(sent, 'conflict')).toBe(0);
    await pass('60 seconds');
    expect(await fail(await repeat(), 'conflict')).toBe(60);
    await fail(await repeat(), 'rate');
    await pass('60 seconds');
    expect(await fail(await repeat(), 'conflict')).toBe(120);
  });

  test('begins anew after any other failure: a sending may have been taken since', async () => {
    const { sent } = await failOften('conflict', 3, { every: '60 seconds' });
    expect(await fail(sent, 'other')).toBeUndefined();
    expect(await fail(await repeat(), 'conflict')).toBe(0);
  });

  test('also after a time-out that is noticed past the deadline', async () => {
    const { sent } = await failOften('conflict', 1, { every: '60 seconds' });
    const [late] = await announcing.engine.query<{ sentAt: string }>(
      `update call set deadline = now() - interval '1 second' returning (deadline - interval '5 seconds')::text as "sentAt"`,
    );
    await fail({ ...sent, ...late }, 'other');
    expect(
      await query(`select conflict_since, deadline < now() - interval '900 milliseconds' as kept from call`),
    ).toEqual([{ conflict_since: null, kept: true }]);
  });

  test('begins anew with the call, when nobody made it for more than 2 minutes', async () => {
    const { sent } = await failOften('conflict', 1, { every: '180 seconds' });
    expect(await fail(sent, 'conflict')).toBe(0);
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

import { matching } from '../../helpers/command-line';
import { copyRecords } from '../../../db/queries/retrieve-status/upload-records';
import { addTickets } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';
import { cursorOf, expectAllRead, openReading, removeTickets, seedReading } from '../../helpers/reading';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('retrieve-other');
});
afterEach(() => engine.reset());
afterAll(() => engine.close());

async function upload(records: readonly string[]): Promise<number> {
  const batches = async function* () {
    yield await Promise.resolve(records);
  };
  const copied = await copyRecords(engine.database, { scheduleId: '2', who: 'test', records: batches() });
  return copied.upload;
}

const toRecord = (ticketId: string, status: string) =>
  JSON.stringify({ changeNumber: 7, changedAt: '2026-06-01T10:00:00Z', ticketId, status });

describe('records that were put aside', () => {
  test('are applied by themselves at the start of the run after their ticket arrived; the cursor does not move', async () => {
    await seedReading(engine, { tickets: 20, records: 100, split: 30 });
    await removeTickets(engine, 16);
    const first = await openReading(engine).toEnd();
    expect(first).toMatchObject({ outcome: 'WARNING', putAside: 25 });
    const cursor = await cursorOf(engine);

    await addTickets(engine.database.pool, 16, 18);
    await expect(openReading(engine).toEnd()).resolves.toMatchObject({ records: 15, applied: 15, putAside: 0 });
    await addTickets(engine.database.pool, 19, 20);
    await openReading(engine).toEnd();
    await expectAllRead(engine);
    expect(await cursorOf(engine)).toBe(cursor);
    expect(await engine.query('select from put_aside where applied_at is null')).toHaveLength(0);
  });

  test('are told by reason to the workflow, which shows them; a run without any tells none', async () => {
    await seedReading(engine, { tickets: 10, records: 40, split: 20 });
    await removeTickets(engine, 5);
    const reading = openReading(engine);
    await reading.open();
    const { counts, putAsideReasons } = await reading.pages();
    expect(counts.putAside).toBeGreaterThan(0);
    expect(putAsideReasons).toEqual([{ reason: 'UNKNOWN_TICKET', records: counts.putAside }]);
    await reading.close();
    const next = openReading(engine);
    await next.open();
    expect(await next.pages()).not.toHaveProperty('putAsideReasons');
  });

  test('one that an operator wants tried again and that cannot be applied is tried once, and stays', async () => {
    await seedReading(engine, { tickets: 5, records: 20, split: 2 });
    await removeTickets(engine, 5);
    await openReading(engine, { upload: await upload([toRecord('1', 'VAPORIZED')]) }).toEnd();
    await openReading(engine).toEnd();
    const waiting = () => engine.query('select retry_wanted as wanted from put_aside where applied_at is null');
    expect(await waiting()).toEqual(Array(5).fill({ wanted: false }));
    await engine.query('update put_aside set retry_wanted = true');
    await expect(openReading(engine).toEnd()).resolves.toMatchObject({ outcome: 'OK', ending: 'done', applied: 0 });
    expect(await waiting()).toEqual(Array(5).fill({ wanted: false }));
  });

  test('the wish to try one again outlives a run that was stopped before it tried', async () => {
    await seedReading(engine, { tickets: 1 });
    await openReading(engine, { upload: await upload([toRecord('98', 'DOWNLOADED')]) }).toEnd();
    await engine.query('update put_aside set retry_wanted = true');
    const reading = openReading(engine);
    await reading.open();
    await reading.setState('stopping');
    await reading.pages();
    await reading.close('operator');
    expect(await engine.query('select retry_wanted as wanted from put_aside')).toEqual([{ wanted: true }]);
  });

  test('those that are tried again in vain use up no batch size: new records are read all the same', async () => {
    await seedReading(engine, { tickets: 5, records: 20, split: 2, batchSize: 4 });
    await removeTickets(engine, 2);
    for (let run = 0; run < 2; run += 1) await openReading(engine).toEnd();
    await engine.query('update put_aside set retry_wanted = true');
    expect((await engine.query('select from put_aside')).length).toBeGreaterThan(4);
    await expect(openReading(engine).toEnd()).resolves.toMatchObject({ records: 4, repeated: 0 });
  });

  test('two of one change number and two tickets are both kept, and each is applied when its own ticket arrives', async () => {
    await seedReading(engine, { tickets: 1 });
    const records = ['98', '99'].map((ticketId) => toRecord(ticketId, 'DOWNLOADED'));
    await expect(openReading(engine, { upload: await upload(records) }).toEnd()).resolves.toMatchObject({
      putAside: 2,
    });
    const open = () => engine.query('select ticket_id as id from put_aside where applied_at is null order by id');
    expect(await open()).toEqual([{ id: '98' }, { id: '99' }]);
    await addTickets(engine.database.pool, 99, 99);
    await expect(openReading(engine).toEnd()).resolves.toMatchObject({ applied: 1, repeated: 0 });
    expect(await open()).toEqual([{ id: '98' }]);
    await addTickets(engine.database.pool, 98, 98);
    await expect(openReading(engine).toEnd()).resolves.toMatchObject({ applied: 1, repeated: 0 });
    expect(await open()).toEqual([]);
    expect(await engine.query('select ticket_id as id from mobile_ticket order by ticket_id')).toEqual([
      { id: '98' },
      { id: '99' },
    ]);
  });

  test('one stays open when a record of another ticket comes with its change number', async () => {
    await seedReading(engine, { tickets: 1 });
    await openReading(engine, { upload: await upload([toRecord('98', 'DOWNLOADED')]) }).toEnd();
    await openReading(engine, { upload: await upload([toRecord('1', 'INJECTED')]) }).toEnd();
    expect(await engine.query('select ticket_id from put_aside where applied_at is null')).toEqual([
      { ticket_id: '98' },
    ]);
  });

  test('one whose status has blanks around it is applied by itself too', async () => {
    await seedReading(engine, { tickets: 1 });
    await openReading(engine, { upload: await upload([toRecord('2', ' INJECTED ')]) }).toEnd();
    await addTickets(engine.database.pool, 2, 2);
    await expect(openReading(engine).toEnd()).resolves.toMatchObject({ applied: 1 });
  });
});

describe('records of a skipped ticket (decision 46)', () => {
  const skip = (...ids: readonly number[]) =>
    engine.query(
      `insert into skip (schedule_id, ticket_id, reason, added_by) select 2, unnest($1::bigint[]), 'test', 'test'`,
      [ids],
    );
  const unskip = () => engine.query('delete from skip');
  const open = () => engine.query('select reason from put_aside where applied_at is null order by id');

  test('are kept, warn nobody, and are applied by the first run after the skip is gone', async () => {
    await seedReading(engine, { tickets: 5, records: 40, split: 7 });
    await skip(1, 2);
    const { records, skipped, ...rest } = await openReading(engine).toEnd();
    expect([records, skipped > 0]).toEqual([40, true]);
    expect(rest).toMatchObject({ outcome: 'OK', putAside: 0 });
    expect(await open()).toEqual(Array(skipped).fill({ reason: 'SKIPPED' }));
    await expect(openReading(engine).toEnd()).resolves.toMatchObject({ outcome: 'OK', records: 0 });
    const cursor = await cursorOf(engine);
    await unskip();
    await expect(openReading(engine).toEnd()).resolves.toMatchObject({ outcome: 'OK', records: skipped, skipped: 0 });
    await expectAllRead(engine);
    expect([await cursorOf(engine), await open()]).toEqual([cursor, []]);
  });

  test('of no ticket are lost by skips that come and go from run to run, in any order and told again', async () => {
    await seedReading(engine, { tickets: 6, records: 60, split: 4, batchSize: 9 });
    await engine.admin.repeats(0.3);
    for (const ids of [[1], [1, 2, 3], [2, 6], [], [4, 5, 6], [1, 2, 3, 4, 5, 6], [3]]) {
      await unskip();
      await skip(...ids);
      await openReading(engine).toEnd();
    }
    await unskip();
    for (let run = 0; run < 10; run += 1) await openReading(engine).toEnd();
    await expectAllRead(engine);
    expect(await open()).toEqual([]);
  });

  test('are none at which doContinueInCaseOfSyncError=false stops', async () => {
    await seedReading(engine, { tickets: 2, parameters: { continueInCaseOfSyncError: false } });
    await skip(1, 2);
    const records = [toRecord('2', 'DOWNLOADED'), toRecord('1', 'VAPORIZED')];
    await expect(openReading(engine, { upload: await upload(records) }).toEnd()).resolves.toMatchObject({
      outcome: 'OK',
      skipped: 2,
    });
    await unskip();
    await expect(openReading(engine).toEnd()).resolves.toMatchObject({
      outcome: 'ERROR',
      message: matching(/change 7 of ticket 1: UNKNOWN_STATUS/),
    });
  });

  test('that cannot be applied are put aside for their true reason once the skip is gone, with a warning', async () => {
    await seedReading(engine, { tickets: 2 });
    await skip(1);
    await openReading(engine, { upload: await upload([toRecord('1', 'VAPORIZED')]) }).toEnd();
    await unskip();
    const run = openReading(engine);
    await expect(run.toEnd()).resolves.toMatchObject({ outcome: 'WARNING', records: 1, putAside: 1 });
    expect(await engine.query('select reason, execution_id as run from put_aside')).toEqual([
      { reason: 'UNKNOWN_STATUS', run: run.execution().toString() },
    ]);
    await expect(openReading(engine).toEnd()).resolves.toMatchObject({ outcome: 'OK', records: 0 });
  });

  test('that were put aside before their ticket arrived are kept when it arrives and is skipped', async () => {
    await seedReading(engine, { tickets: 1 });
    await openReading(engine, { upload: await upload([toRecord('2', 'DOWNLOADED')]) }).toEnd();
    await addTickets(engine.database.pool, 2, 2);
    await skip(2);
    await expect(openReading(engine).toEnd()).resolves.toMatchObject({ outcome: 'OK', skipped: 1 });
    await expect(openReading(engine).toEnd()).resolves.toMatchObject({ records: 0 });
    expect(await open()).toEqual([{ reason: 'SKIPPED' }]);
    await unskip();
    await expect(openReading(engine).toEnd()).resolves.toMatchObject({ applied: 1 });
  });

  test('are not told among the reasons for which a run put records aside', async () => {
    await seedReading(engine, { tickets: 10, records: 40, split: 20 });
    await removeTickets(engine, 5);
    await skip(1, 2, 3, 4);
    const reading = openReading(engine);
    await reading.open();
    const { counts, putAsideReasons } = await reading.pages();
    expect(counts.skipped).toBeGreaterThan(0);
    expect(putAsideReasons).toEqual([{ reason: 'UNKNOWN_TICKET', records: counts.putAside }]);
  });
});

describe('operators', () => {
  test('a paused run reads nothing; resumed, it goes on', async () => {
    await seedReading(engine, { tickets: 10, records: 20, split: 10 });
    const reading = openReading(engine);
    await reading.open();
    await reading.setState('paused');
    await expect(reading.pages()).resolves.toMatchObject({ stopped: 'paused', counts: { pages: 0 } });
    await reading.setState('running');
    await expect(reading.pages()).resolves.toMatchObject({ stopped: 'done' });
  });

  test('a stopped run is closed without an error, and the next one goes on', async () => {
    await seedReading(engine, { tickets: 10, records: 20, split: 10 });
    const reading = openReading(engine);
    await reading.open();
    await reading.setState('stopping');
    await expect(reading.pages()).resolves.toMatchObject({ stopped: 'ending' });
    await expect(reading.close()).resolves.toMatchObject({ outcome: 'OK', ending: 'operator' });
    await openReading(engine).toEnd();
    await expectAllRead(engine);
  });

  test.each([
    ['the account', 'update organizer_gate set paused = $1'],
    ['the interface', 'update interface set paused = $1'],
  ])('while %s is paused nothing is fetched, and the activity waits without failing', async (_, statement) => {
    await seedReading(engine, { tickets: 10, records: 20, split: 10 });
    const reading = openReading(engine);
    await reading.open();
    await engine.query(statement, [true]);
    let cancel: (() => void) | undefined;
    const waiting = reading.pages({
      onStart: (given) => {
        cancel = given;
      },
    });
    cancel?.();
    await expect(waiting).resolves.toMatchObject({ stopped: 'yielded', counts: { pages: 0 } });
    await engine.query(statement, [false]);
    await expect(reading.pages()).resolves.toMatchObject({ stopped: 'done' });
  });

  test('a worker that ends returns where it stands', async () => {
    await seedReading(engine, { tickets: 10, records: 20, split: 10 });
    const reading = openReading(engine);
    await reading.open();
    const worker = await engine.openWorker();
    worker.drain();
    await expect(reading.pages({ worker })).resolves.toMatchObject({ stopped: 'yielded' });
  });
});

import { killWorker } from '../../local/demo/kill-worker';
import { openOperations, seedRuns, type OperationsDatabase } from '../db/operations-fixture';
import { openStage, type Stage } from '../tixngo/fixture';

let operations: OperationsDatabase;
let stage: Stage;
beforeAll(async () => {
  [operations, stage] = await Promise.all([openOperations('demo-kill'), openStage()]);
  await seedRuns(operations.database);
});
afterAll(async () => {
  await stage.close();
  await operations.close();
});

/** What the demo says of a kill at whose last moment the worker announces as many calls more; one of run 4 stands without an answer before. */
async function sayKill(options: { readonly last: number; readonly startedAtMs: number }): Promise<string> {
  const { database } = operations;
  const said: string[] = [];
  await killWorker({
    screen: { say: (text) => void said.push(text), paint: (_color, text) => text },
    stack: {
      killWorker: async () => {
        await database.pool.query(
          `insert into call (execution_id, batch, number, range_number, key, positions, worker_id, token, deadline)
            select 4, 0, n, 0, 'last' || n, '{0}', 1, 1, now() from generate_series(1, $1::integer) n`,
          [options.last],
        );
      },
    },
    sandbox: stage.admin,
    database,
    startedAtMs: options.startedAtMs,
  });
  return said.join('\n');
}

test('calls without an answer are counted when the worker is dead, so that those of its last moment are among them', async () => {
  expect(await sayKill({ last: 0, startedAtMs: 0 })).toBe(
    'SIGKILL to the worker: 0 tickets accepted, 1 call on record without an answer, under way or about to go out.',
  );
  expect(await sayKill({ last: 2, startedAtMs: 0 })).toMatch(/, 3 calls on record without an answer, /);
});

test('calls of runs that are none of this demo are not counted', async () => {
  expect(await sayKill({ last: 0, startedAtMs: Date.parse('2026-11-20T10:00:01Z') })).toMatch(
    /, 0 calls on record without/,
  );
});

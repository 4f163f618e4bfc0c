import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { retrieveShapes } from './retrieve-shapes';
import { shapes as pushShapes } from './shapes';
import { bundleCode, silenceRuntime } from './workflow-worker';

const shapes: readonly { readonly name: string }[] = [...pushShapes, ...retrieveShapes];

const folder = join(__dirname, 'histories');

beforeAll(silenceRuntime);

/** Replays every recorded history; gives the error of each that fails, by its name. */
async function replayAll(code: string): Promise<ReadonlyMap<string, Error>> {
  const histories = shapes.map(({ name }) => ({
    workflowId: name,
    history: historyFromJSON(JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))),
  }));
  const failed = new Map<string, Error>();
  const replayed = Worker.runReplayHistories({ workflowBundle: { code } }, histories);
  for await (const { workflowId, error } of replayed) if (error !== undefined) failed.set(workflowId, error);
  return failed;
}

test('there is a recorded history of every shape, and none of another', () => {
  expect(readdirSync(folder).sort()).toEqual(shapes.map(({ name }) => `${name}.json`).sort());
});

test('the workflows of today replay every recorded history: runs in flight survive a deploy', async () => {
  await expect(replayAll(bundleCode())).resolves.toEqual(new Map());
});

test('workflows that do another thing first fail the replay of every history', async () => {
  const code = bundleCode();
  const incompatible = code.replaceAll('.planSlice.executeWithOptions', '.closeExecution.executeWithOptions');
  expect(incompatible).not.toBe(code);
  const failed = await replayAll(incompatible);
  expect([...failed.keys()].sort()).toEqual(pushShapes.map(({ name }) => name).sort());
  for (const error of failed.values()) expect(error).toBeInstanceOf(DeterminismViolationError);
});

test('workflows that no longer close their execution fail the replay of every run that sent something', async () => {
  const code = bundleCode();
  const incompatible = code.replaceAll('.closeExecution.executeWithOptions', '.setExecutionState.executeWithOptions');
  expect(incompatible).not.toBe(code);
  const failed = await replayAll(incompatible);
  expect([...failed.keys()].sort()).toEqual(
    pushShapes
      .map(({ name }) => name)
      .filter((name) => !['nothing-due', 'continued'].includes(name))
      .sort(),
  );
});

test.each([
  ['.openRetrieve.executeWithOptions', retrieveShapes.map(({ name }) => name).filter((name) => name !== 'read-tick')],
  [
    '.closeRetrieve.executeWithOptions',
    retrieveShapes
      .map(({ name }) => name)
      .filter((name) => !['read-tick', 'read-skipped', 'read-continued'].includes(name)),
  ],
  ['.resolveRetrieve(', ['read-tick']],
])('readings that do another thing than %s fail the replay', async (does, concerned) => {
  const code = bundleCode();
  const other = does.endsWith('(') ? '.findActiveRetrieve(' : '.findActiveRetrieve.executeWithOptions';
  const incompatible = code.replaceAll(does, other);
  expect(incompatible).not.toBe(code);
  expect([...(await replayAll(incompatible)).keys()].sort()).toEqual([...concerned].sort());
});

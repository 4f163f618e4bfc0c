import { runInNewContext } from 'node:vm';
import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { createLogger } from '../../config/logger';
import { temporalLogger } from '../../worker/temporal-logger';

function logged(error: unknown): Readonly<Record<string, unknown>> {
  const lines: string[] = [];
  const destination = { write: (line: string) => lines.push(line) };
  temporalLogger(createLogger({ name: 'worker', level: 'info', destination })).warn('Workflow failed', {
    error,
    run: 'r',
  });
  const line: unknown = JSON.parse(lines.join(''));
  if (typeof line !== 'object' || line === null) throw new Error('No line');
  return { ...line };
}

const failure = ApplicationFailure.nonRetryable('the key is refused: check it', 'EXECUTION_ERROR');

test.each([
  ['', failure],
  [' also from the thread of workflows, where it lost its class', structuredClone(failure)],
])('a failed workflow is logged with the words of its failure,%s', (_where, error) => {
  expect(logged(error)).toMatchObject({
    msg: 'Workflow failed',
    run: 'r',
    error: 'failure',
    failure: 'the key is refused: check it',
  });
});

test('a failure that another one wraps is told by its own words', () => {
  const wrapped = new ActivityFailure('Activity task failed', 'plan', 'id', 'MAXIMUM_ATTEMPTS_REACHED', 'w', failure);
  expect(logged(wrapped)).toMatchObject({ failure: 'the key is refused: check it' });
});

test('of any other error, also of the realm of workflows, class and place are logged, never its message', () => {
  const foreign: unknown = runInNewContext(`new TypeError('ana@example.org is no number')`);
  for (const error of [foreign, new RangeError('ana@example.org')]) {
    const line = logged(error);
    expect(line).toMatchObject({ msg: 'Workflow failed', error: error === foreign ? 'TypeError' : 'RangeError' });
    expect(line.frames).toEqual(expect.arrayContaining([expect.stringContaining('at ')]));
    expect(JSON.stringify(line)).not.toContain('ana@');
  }
});

test('a line without an error stays as it is', () => {
  expect(logged(undefined)).toMatchObject({ msg: 'Workflow failed', run: 'r' });
});

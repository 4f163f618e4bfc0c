import { ApplicationFailure } from '@temporalio/common';
import { readApiKey } from '../../worker/api-key';

test.each([
  [
    { env: 'TIXNGO_KEY_THAT_NOBODY_SET' },
    'There is no secret in the environment variable TIXNGO_KEY_THAT_NOBODY_SET: it is not set. Set it in the environment or the .env file of every worker, and restart them',
  ],
  [
    { file: '/nowhere/key' },
    'The secret in the file /nowhere/key cannot be read: ENOENT. Put the key into that file on every worker: the next run reads it again',
  ],
])('a key that is not there ends the run and says what to do where: %j', (reference, message) => {
  const read = () => readApiKey(reference);
  expect(read).toThrow(message);
  expect(read).toThrow(ApplicationFailure);
});

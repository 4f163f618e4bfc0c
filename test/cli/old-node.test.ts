import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { compiledProgram } from '../../local/project-root';

/** Says that it is Node 22.11, and refuses as that one does what a newer Node alone can load. */
const oldNode = `
Object.defineProperty(process.versions, 'node', { value: '22.11.0' });
const Module = require('node:module');
const load = Module._load;
Module._load = function (name, ...rest) {
  if (name.startsWith('kysely') || name.startsWith('@mikro-orm')) throw new Error('ERR_REQUIRE_ESM: ' + name);
  return load.call(this, name, ...rest);
};`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'old-node-'));
  await writeFile(join(folder, 'old-node.cjs'), oldNode);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(['cli/main', 'worker/main'])(
  '%s says in its own words that Node is too old, and exits with 2',
  async (program) => {
    const started = promisify(execFile)(process.execPath, [
      '--require',
      join(folder, 'old-node.cjs'),
      compiledProgram(program),
    ]);
    await expect(started).rejects.toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'tixngo needs Node 22.17 or newer, this is 22.11.0: npx tixngo and npm run bring it\n',
    });
  },
);

'use strict';
// Compiles the whole tree into dist/. `tsc -b` never deletes the output of a source that is gone and does not write again an
// output that somebody deleted; both would run wrong code, so both are put right first. Two builds at once take turns.
const { spawnSync } = require('node:child_process');
const { existsSync, mkdirSync, readdirSync, rmSync } = require('node:fs');
const { join } = require('node:path');
const lockfile = require('proper-lockfile');

const root = join(__dirname, '..');
const dist = join(root, 'dist');
const COMPILED = [
  'core',
  'workflows',
  'activities',
  'db',
  'tixngo',
  'mailer',
  'config',
  'worker',
  'client',
  'cli',
  'sandbox',
  'local',
  'bench',
];

build().then(
  (status) => {
    process.exitCode = status;
  },
  (error) => {
    console.error(`The build did not start: ${error.message}`);
    process.exitCode = 1;
  },
);

async function build() {
  const scratch = join(root, '.local');
  mkdirSync(scratch, { recursive: true });
  const release = await lockfile.lock(scratch, {
    lockfilePath: join(scratch, 'build.lock'),
    retries: { retries: 600, factor: 1, minTimeout: 200, maxTimeout: 200 },
  });
  try {
    removeStaleOutput();
    forgetProjectsWithMissingOutput();
    const compiler = require.resolve('typescript/bin/tsc');
    const result = spawnSync(process.execPath, [compiler, '-b', 'test'], { cwd: root, stdio: 'inherit' });
    if (result.error) throw result.error;
    return result.status ?? 1;
  } finally {
    await release();
  }
}

function removeStaleOutput() {
  for (const file of filesBelow(dist, '')) {
    const source = file.replace(/(\.js\.map|\.d\.ts|\.js)$/, '.ts');
    if (source !== file && !existsSync(join(root, source))) rmSync(join(dist, file), { force: true });
  }
}

function forgetProjectsWithMissingOutput() {
  for (const folder of COMPILED) {
    const complete = filesBelow(join(root, folder), '')
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
      .every((file) => existsSync(join(dist, folder, file.replace(/\.ts$/, '.js'))));
    if (complete) continue;
    const ownProject = folder === 'core' || folder === 'workflows';
    rmSync(join(dist, ownProject ? folder : '', '.tsbuildinfo'), { force: true });
  }
}

function filesBelow(folder, prefix) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name), join(prefix, entry.name)) : [join(prefix, entry.name)],
  );
}

'use strict';
// Compiles the whole tree into dist/. `tsc -b` never deletes the output of a source that is gone and does not write again an
// output that somebody deleted; both would run wrong code, so both are put right first. Two builds at once take turns.
const { spawn } = require('node:child_process');
const {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require('node:fs');
const { join } = require('node:path');
const lockfile = require('proper-lockfile');

const root = join(__dirname, '..');
const dist = join(root, 'dist');
/** The bundle of the workflows has no source of its own name. */
const BUNDLE_SOURCE = join('worker', 'workflow-bundle.ts');
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
    stale: 60_000,
    retries: { retries: 600, factor: 1, minTimeout: 200, maxTimeout: 200 },
  });
  try {
    removeStaleOutput();
    forgetProjectsWithMissingOutput();
    const compiler = require.resolve('typescript/bin/tsc');
    // Whoever runs the product needs no test: `--with-tests` also checks their types.
    const projects = process.argv.includes('--with-tests') ? 'test' : '.';
    const status = await run(process.execPath, [compiler, '-b', projects]);
    if (status !== 0) return status;
    // npx makes the command executable once per folder; a build after that would leave it without.
    chmodSync(join(dist, 'cli', 'main.js'), 0o755);
    await bundleWorkflows();
    return 0;
  } finally {
    await release();
  }
}

/** Not in one go: the lock is renewed by a timer, and a compiler that blocked it would lose the lock on a busy machine. */
function run(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (status) => {
      resolve(status ?? 1);
    });
  });
}

/** The worker starts on a bundle made here; bundling at its start would cost it a second. Made again only when a workflow changed. */
async function bundleWorkflows() {
  const bundle = join(dist, 'worker', 'workflow-bundle.js');
  const newest = Math.max(...['core', 'workflows'].map((folder) => newestChange(join(dist, folder))));
  if (existsSync(bundle) && statSync(bundle).mtimeMs > newest) return;
  const { bundleWorkflowCode, DefaultLogger } = require('@temporalio/worker');
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(dist, 'workflows', 'index.js'),
    logger: new DefaultLogger('ERROR'),
  });
  writeFileSync(`${bundle}.new`, code);
  renameSync(`${bundle}.new`, bundle);
}

function newestChange(folder) {
  return Math.max(...filesBelow(folder, '').map((file) => statSync(join(folder, file)).mtimeMs));
}

function removeStaleOutput() {
  for (const file of filesBelow(dist, '')) {
    const source = file.replace(/(\.js\.map|\.d\.ts|\.js)$/, '.ts');
    if (source === BUNDLE_SOURCE) continue;
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

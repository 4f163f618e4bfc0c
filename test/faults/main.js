// The faults of reliability.md, each with the figures that were counted from outside: npm run test:faults -- --help
const { spawn } = require('node:child_process');
const { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } = require('node:fs');
const { join } = require('node:path');
const { parseArgs } = require('node:util');
const { openScratchFolder } = require('./scratch-folder');

const root = join(__dirname, '..', '..');
const table = join(root, '.local', 'faults.ndjson');
const files = readdirSync(__dirname).filter((name) => name.endsWith('.test.ts'));
/** What --only takes: a file is named after its faults, as in "f08-f09-database-killed.test.ts"; any other is one by its whole name. */
const choices = [...new Set(files.flatMap(toChoices))].sort();

const usage = `Usage: npm run test:faults -- [options]

Provokes faults (docs/faults.md) against the real system and prints what was counted from outside. Files "without-..." take a
protection out and see the damage that it keeps off.

  --seed N       what is left to chance is the same for the same whole number (default 1)
  --only NAME    one fault, as f04, or one file; repeatable:
                 ${choices.join(', ')}

Exit 0: all held. 1: one did not, no test ran, or a file told no row. 2: wrong usage.`;

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error) => {
    console.error(error);
    process.exitCode = 1;
  },
);

async function main() {
  const options = readOptions();
  if (options === undefined) return process.exitCode ?? 0;
  mkdirSync(join(root, '.local'), { recursive: true });
  rmSync(table, { force: true });
  console.log(`seed ${options.seed}`);
  const startedAt = performance.now();
  const scratch = openScratchFolder();
  const jest = startJest(options, scratch.environment);
  const status = await jest.ended.finally(() => scratch.close(console.error));
  // Where the shared servers were (test/helpers/global-setup.ts).
  rmSync(join(root, '.local', 'test', String(jest.pid)), { recursive: true, force: true });
  const rows = readTable();
  printTable(rows);
  console.log(`\nseed ${options.seed}, ${Math.round((performance.now() - startedAt) / 1000)} s`);
  // Where Jest failed, its own words say why rows are missing.
  if (status !== 0) return status;
  const silent = choose(options.only).filter((name) => !rows.some(({ file }) => file === name));
  if (silent.length === 0) return 0;
  console.error(`No row in the table: ${silent.join(', ')}. A file whose tests told nothing has counted nothing.`);
  return 1;
}

function readOptions() {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        seed: { type: 'string', default: '1' },
        only: { type: 'string', multiple: true, default: [] },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    return refuse(error.message);
  }
  if (values.help) {
    console.log(usage);
    return undefined;
  }
  if (!/^\d{1,9}$/.test(values.seed))
    return refuse(`--seed ${values.seed}: a whole number from 0 to 999999999 is needed`);
  const unknown = values.only.filter((name) => !choices.includes(name.toLowerCase()));
  if (unknown.length > 0) return refuse(`--only ${unknown.join(', ')}: there is ${choices.join(', ')}`);
  return { seed: values.seed, only: values.only.map((name) => name.toLowerCase()) };
}

function refuse(message) {
  console.error(`${message}\n\n${usage}`);
  process.exitCode = 2;
  return undefined;
}

function startJest({ seed, only }, environment) {
  const chosen = only.length === 0 ? [] : choose(only);
  const jest = require.resolve('jest/bin/jest');
  // Jest's own choice lies in the temporary folder, which goes at the end.
  const args = [jest, '--config', 'jest.faults.config.js', '--cacheDirectory', join(root, '.local', 'jest')];
  const child = spawn(process.execPath, [...args, ...chosen.map((name) => `test/faults/${name}`)], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...environment, FAULTS_SEED: seed, FAULTS_TABLE: table },
    // A group of its own: whatever ends this script is passed on to Jest and its workers together.
    detached: true,
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, signal);
    });
  }
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      resolve(status ?? 1);
    });
  });
  return { pid: child.pid, ended };
}

/** The files that --only names; all without it. */
function choose(only) {
  return only.length === 0 ? files : files.filter((name) => toChoices(name).some((choice) => only.includes(choice)));
}

function readTable() {
  if (!existsSync(table)) return [];
  const lines = readFileSync(table, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

function printTable(told) {
  if (told.length === 0) return;
  const rows = told
    .map(({ fault, what, figures }) => [
      fault,
      what,
      Object.entries(figures)
        .map(([name, value]) => `${name} ${value}`)
        .join(', '),
    ])
    .sort(byFault);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column].length)));
  console.log();
  for (const [fault, what, figures] of rows)
    console.log(`${fault.padEnd(widths[0])}  ${what.padEnd(widths[1])}  ${figures}`);
}

/** "f08-f09-postgres-killed.test.ts" is f08 and f09, "without-claim.test.ts" is without-claim. */
function toChoices(name) {
  const named = name.match(/^(?:[flp]\d+-)+/)?.[0];
  return named === undefined ? [name.replace(/\.test\.ts$/, '')] : named.split('-').filter(Boolean);
}

/** F2 before F10, faults before invariants (P, then L), then the protections taken out and the simulations; rows of one name stay in their order. */
function byFault([one], [other]) {
  const [a, b] = [toPlace(one), toPlace(other)];
  return a.kind - b.kind || a.number - b.number || (one < other ? -1 : one > other ? 1 : 0);
}

function toPlace(fault) {
  const numbered = /^([FPL])(\d+)/i.exec(fault);
  if (numbered === null) return { kind: fault.startsWith('without') ? 3 : 4, number: 0 };
  return { kind: 'FPL'.indexOf(numbered[1].toUpperCase()), number: Number(numbered[2]) };
}

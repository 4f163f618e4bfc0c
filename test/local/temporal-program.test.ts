import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtTemporal } from '../../local/temporal-build';
import { findTemporalProgram } from '../../local/temporal-program';

const NAMES = ['PATH', 'TEMPORAL_CLI', 'XDG_CACHE_HOME'] as const;
const before = NAMES.map((name) => [name, process.env[name]] as const);

let folder: string;
const said: string[] = [];
const tell = (line: string): void => {
  said.push(line);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tixngo-find-'));
  mkdirSync(join(folder, 'bin'));
  process.env.PATH = join(folder, 'bin');
  process.env.XDG_CACHE_HOME = join(folder, 'cache');
  delete process.env.TEMPORAL_CLI;
  said.length = 0;
});

afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
  rmSync(folder, { recursive: true, force: true });
});

function writeProgram(path: string, mode = 0o755): string {
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, mode);
  return path;
}

test('the program that TEMPORAL_CLI names comes first', async () => {
  writeProgram(join(folder, 'bin', 'temporal'));
  process.env.TEMPORAL_CLI = writeProgram(join(folder, 'mine'));
  expect(await findTemporalProgram({ tell })).toBe(join(folder, 'mine'));
});

test('a TEMPORAL_CLI that names no program is an error, not a reason to look elsewhere', async () => {
  writeProgram(join(folder, 'bin', 'temporal'));
  process.env.TEMPORAL_CLI = join(folder, 'absent');
  await expect(findTemporalProgram({ tell })).rejects.toThrow(/TEMPORAL_CLI names .*absent/);
});

test('then the one on the PATH, where it can be run', async () => {
  mkdirSync(join(folder, 'first'));
  writeProgram(join(folder, 'first', 'temporal'), 0o000);
  const onPath = writeProgram(join(folder, 'bin', 'temporal'));
  process.env.PATH = `${join(folder, 'first')}:${join(folder, 'bin')}`;
  expect(await findTemporalProgram({ tell })).toBe(onPath);
});

test('then one that was built before, without a word and without the network', async () => {
  const cache = join(folder, 'cache', 'tixngo-interface');
  mkdirSync(cache, { recursive: true });
  const built = writeProgram(builtTemporal(cache));
  expect(await findTemporalProgram({ tell })).toBe(built);
  expect(said).toEqual([]);
});

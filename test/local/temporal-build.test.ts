import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtTemporal, buildTemporal } from '../../local/temporal-build';
import { killAllOf, processesOf, startParent, until } from './processes';

// A `go` that notes its start, writes half of its result, waits for the file "go-on" and writes the rest.
const FAKE_GO = `#!/bin/sh
folder=$(dirname "$0")
while [ "$1" != "-o" ]; do shift; done
echo started >> "$folder/starts"
printf 'half,' > "$2"
while [ ! -e "$folder/go-on" ]; do sleep 0.05; done
printf 'whole' >> "$2"
chmod 755 "$2"
`;

let folder: string;
let cache: string;
let go: string;
const said: string[] = [];
const tell = (line: string): void => {
  said.push(line);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tixngo-build-'));
  cache = join(folder, 'cache');
  go = join(folder, 'go');
  writeFileSync(go, FAKE_GO);
  chmodSync(go, 0o755);
  said.length = 0;
});

afterEach(async () => {
  writeFileSync(join(folder, 'go-on'), '');
  await until(() => processesOf(folder).length === 0).finally(() => {
    killAllOf(folder);
    rmSync(folder, { recursive: true, force: true });
  });
});

const starts = (): string[] =>
  existsSync(join(folder, 'starts')) ? readFileSync(join(folder, 'starts'), 'utf8').trim().split('\n') : [];
const halfFiles = (): string[] => readdirSync(cache).filter((name) => name.endsWith('.half'));
const letGoOn = (): void => {
  writeFileSync(join(folder, 'go-on'), '');
};

test('of two starts at once one builds and the other waits for it', async () => {
  const first = buildTemporal({ cache, go, tell });
  await until(() => starts().length === 1);
  const second = buildTemporal({ cache, go, tell });
  await until(() => said.some((line) => line.includes('another start is building')));
  expect(existsSync(builtTemporal(cache))).toBe(false);
  letGoOn();
  expect(await first).toBe(builtTemporal(cache));
  expect(await second).toBe(builtTemporal(cache));
  expect(starts()).toHaveLength(1);
  expect(readFileSync(builtTemporal(cache), 'utf8')).toBe('half,whole');
});

test('a build says that it builds and how long that usually takes', async () => {
  letGoOn();
  await buildTemporal({ cache, go, tell });
  expect(said[0]).toMatch(/building .* once per machine; usually 90 s on 4 cores, 3 minutes on 2/);
});

test('a build that is given up leaves no half file, and the next one builds', async () => {
  const controller = new AbortController();
  const building = buildTemporal({ cache, go, tell, signal: controller.signal });
  await until(() => existsSync(cache) && halfFiles().length === 1);
  controller.abort(new Error('given up'));
  await expect(building).rejects.toThrow('given up');
  expect(halfFiles()).toEqual([]);
  expect(existsSync(builtTemporal(cache))).toBe(false);
  letGoOn();
  expect(await buildTemporal({ cache, go, tell })).toBe(builtTemporal(cache));
});

test('a killed start leaves neither a build nor a half file', async () => {
  const build = `require('./dist/local/temporal-build').buildTemporal(${JSON.stringify({ cache, go })})`;
  const script = build.replace(/\}\)$/, ',tell(){}})');
  const parent = startParent(script, folder);
  await until(() => existsSync(cache) && halfFiles().length === 1);
  await parent.end('SIGKILL');
  await until(() => processesOf(folder).length === 0);
  expect(halfFiles()).toEqual([]);
  expect(existsSync(builtTemporal(cache))).toBe(false);
});

test('a build that fails shows the last lines of the compiler', async () => {
  writeFileSync(go, '#!/bin/sh\necho "no route to the module proxy" >&2\nexit 3\n');
  await expect(buildTemporal({ cache, go, tell })).rejects.toThrow(/exit 3(.|\n)*no route to the module proxy/);
});

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import Ajv2020 from 'ajv/dist/2020';
import { toConfigJsonSchema } from '../../../cli/apply/config-json-schema';

const ROOT = join(__dirname, '../../..');

test('docs/tixngo-config.schema.json is current; when it is not, a fresh one is in .local to be copied over it', () => {
  const current: unknown = JSON.parse(toConfigJsonSchema());
  const committed: unknown = JSON.parse(readFileSync(join(ROOT, 'docs/tixngo-config.schema.json'), 'utf8'));
  if (!isDeepStrictEqual(committed, current)) {
    mkdirSync(join(ROOT, '.local'), { recursive: true });
    writeFileSync(join(ROOT, '.local/tixngo-config.schema.json'), toConfigJsonSchema());
  }
  expect(committed).toEqual(current);
});

test('it takes a right file and refuses a key in plain text', () => {
  const isConfig = new Ajv2020().compile(JSON.parse(toConfigJsonSchema()));
  const entry = {
    name: 'fcx',
    organization: 'FCX',
    organizer: 'fc',
    type: 'TIXNGO',
    url: 'https://tixngo.example/organizer/tickets',
    apiKey: { env: 'KEY' },
  };
  expect(isConfig({ interfaces: [entry] })).toBe(true);
  expect(isConfig({ interfaces: [{ ...entry, apiKey: 'plain' }] })).toBe(false);
  expect(isConfig({ interfaces: [{ ...entry, colour: 'red' }] })).toBe(false);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { toConfigJsonSchema } from '../../../cli/apply/config-json-schema';
import { PARAMETERS } from '../../../core/parameters/parameters';
import { findWithoutEffect } from '../../../core/parameters/without-effect';

const page = readFileSync(join(__dirname, '../../../docs/configuration.md'), 'utf8');

/** The rows of the table under a heading, cells trimmed. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  const rows = own.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const shape = z.object({
  properties: z.record(z.string(), z.object({ description: z.string().optional() })),
  required: z.array(z.string()).optional(),
});
const schedule = z.object({ properties: z.object({ filters: shape }) });
const { interfaces, schedules } = z
  .object({
    properties: z.object({
      interfaces: z.object({ items: shape }),
      schedules: z.object({ items: shape.and(schedule) }),
    }),
  })
  .parse(JSON.parse(toConfigJsonSchema())).properties;
type Shape = z.infer<typeof shape>;

const toRows = ({ properties, required = [] }: Shape) =>
  Object.entries(properties).map(([name, { description = '' }]) => [
    `\`${name}\``,
    required.includes(name) ? 'yes' : '',
    description,
  ]);

test.each<[heading: string, fields: Shape]>([
  ['An interface', interfaces.items],
  ['A schedule', schedules.items],
  ['Filters of a schedule', schedules.items.properties.filters],
])('the table of "%s" has the fields of the schema, with its words', (heading, fields) => {
  expect(rowsUnder(heading)).toEqual(toRows(fields));
});

test('the table of the parameters has those there are, with bounds, defaults and whether they have an effect yet', () => {
  const rows = Object.values(PARAMETERS).map(({ name, allowed, defaultValue, meaning }) => [
    `\`${name}\``,
    allowed,
    defaultValue === undefined || String(defaultValue) === '' ? 'none' : String(defaultValue),
    findWithoutEffect(`${name}=x`).length === 0 ? 'yes' : '',
    meaning,
  ]);
  expect(rowsUnder('Custom parameters')).toEqual(rows);
});

test('README and the help of apply lead to the page', () => {
  for (const file of ['README.md', 'cli/commands/apply.ts', 'docs/cli.md']) {
    expect(readFileSync(join(__dirname, '../../..', file), 'utf8')).toContain('configuration.md');
  }
});

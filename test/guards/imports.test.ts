import { relative, dirname } from 'node:path';
import { z } from 'zod';
import { SmallProject } from './small-project';

const reportSchema = z.object({
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

const REFUSED: readonly (readonly [rule: string, from: string, to: string])[] = [
  ['core-imports-only-below', 'core/a.ts', 'db/z'],
  ['workflows-imports-only-below', 'workflows/a.ts', 'activities/z'],
  ['db-imports-only-below', 'db/a.ts', 'tixngo/z'],
  ['tixngo-imports-only-below', 'tixngo/a.ts', 'mailer/z'],
  ['mailer-imports-only-below', 'mailer/a.ts', 'config/z'],
  ['config-imports-only-below', 'config/a.ts', 'db/z'],
  ['activities-imports-only-below', 'activities/a.ts', 'config/z'],
  ['activities-imports-only-below', 'activities/b.ts', 'workflows/z'],
  ['activities-imports-types-only', 'activities/c.ts', 'workflows/contract'],
  ['pushes-and-reading-apart', 'activities/push/a.ts', 'activities/retrieve-status/z'],
  ['pushes-and-reading-apart', 'activities/retrieve-status/a.ts', 'activities/push/z'],
  ['pushes-and-reading-apart', 'activities/execution/a.ts', 'activities/push/z'],
  ['worker-imports-only-below', 'worker/a.ts', 'client/z'],
  ['client-imports-only-below', 'client/a.ts', 'db/z'],
  ['cli-imports-only-below', 'cli/a.ts', 'activities/z'],
  ['cli-imports-only-below', 'cli/b.ts', 'local/z'],
  ['local-imports-only-below', 'local/a.ts', 'cli/z'],
  ['sandbox-imports-only-below', 'sandbox/a.ts', 'tixngo/z'],
  ['sandbox-imports-types-only', 'sandbox/b.ts', 'core/messages/z'],
  ['nobody-imports-tests-or-benches', 'cli/c.ts', 'test/z'],
  ['nobody-imports-tests-or-benches', 'local/b.ts', 'bench/z'],
  ['core-imports-only-pure-packages', 'core/b.ts', 'node:fs'],
  ['core-imports-only-pure-packages', 'core/c.ts', 'zod'],
  ['workflows-import-only-temporal', 'workflows/b.ts', '@temporalio/activity'],
  ['workflows-import-only-temporal', 'workflows/c.ts', 'node:crypto'],
  ['adapters-do-not-know-temporal', 'db/b.ts', '@temporalio/client'],
  ['declared-packages-only', 'worker/b.ts', 'fast-check'],
];

const OTHER_SOURCES = {
  'core/cycle-a.ts': "import { b } from './cycle-b';\nexport const a = (): unknown => b;\n",
  'core/cycle-b.ts': "import { a } from './cycle-a';\nexport const b = (): unknown => a;\n",
  'worker/absent.ts': "import { a } from './is-not-there';\nexport const b = a;\n",
};

const ALLOWED = {
  'workflows/contract.ts': 'export interface Contract {\n  readonly z: number;\n}\nexport const z = 1;\n',
  'activities/types.ts':
    "import type { Contract } from '../workflows/contract';\nexport const a: Contract = { z: 1 };\n",
  'activities/inline-types.ts':
    "import { type Contract } from '../workflows/contract';\nexport const a: Contract = { z: 1 };\n",
  'activities/push/b.ts': "import { z } from '../execution/c';\nexport const a = z;\n",
  'activities/execution/c.ts': 'export const z = 1;\n',
  'client/start.ts': "import { z } from '../workflows/contract';\nexport const a = z;\n",
  'core/zone.ts': "import { Temporal } from 'temporal-polyfill';\nexport const a = Temporal;\n",
};

let project: SmallProject;
let violations: z.infer<typeof reportSchema>['summary']['violations'];

beforeAll(async () => {
  const sources: Record<string, string> = { ...OTHER_SOURCES, ...ALLOWED };
  for (const [, from, to] of REFUSED) {
    const isOurs = /\/(z|contract)$/.test(to);
    const target = isOurs ? relative(dirname(from), to) : to;
    sources[from] = `import * as z from '${target}';\nexport const a = z;\n`;
    if (isOurs && to !== 'workflows/contract') sources[`${to}.ts`] = 'export const z = 1;\n';
  }
  project = new SmallProject(sources);
  const output = await project.run('dependency-cruiser/bin/dependency-cruise.mjs', ['.', '--output-type', 'json']);
  ({ violations } = reportSchema.parse(JSON.parse(output)).summary);
});

afterAll(() => {
  project.remove();
});

test.each([...REFUSED, ['no-cycles', 'core/cycle-a.ts', ''], ['imports-resolve', 'worker/absent.ts', '']] as const)(
  '%s: %s %s',
  (rule, from) => {
    expect(violations.filter((violation) => violation.from === from).map((violation) => violation.rule.name)).toContain(
      rule,
    );
  },
);

test('what architecture.md allows is accepted', () => {
  expect(violations.filter(({ from }) => Object.keys(ALLOWED).includes(from))).toEqual([]);
});

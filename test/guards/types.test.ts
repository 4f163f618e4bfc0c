import { SmallProject } from './small-project';

let project: SmallProject;
let said: string;

beforeAll(async () => {
  project = new SmallProject({
    'core/decide.ts': "import { readFileSync } from 'node:fs';\nexport const x = readFileSync('y');\n",
    'core/order.ts': "import { push } from '../workflows/push';\nexport const y = push;\n",
    'core/wait.ts': 'export const z = setTimeout;\n',
    'activities/index.ts': 'export interface Activities {\n  send(): Promise<void>;\n}\n',
    'workflows/push.ts':
      "import type { Activities } from '../activities';\nexport const push: Activities | number = 1;\nexport const w = process;\n",
  });
  said =
    (await project.run('typescript/bin/tsc', ['-b', 'workflows'])) +
    (await project.run('typescript/bin/tsc', ['-b', 'core']));
});

afterAll(() => {
  project.remove();
});

test.each([
  ['core does not compile with a module of Node', /core\/decide\.ts.*error TS(2307|2591)/],
  ['core does not compile with a global of Node', /core\/wait\.ts.*error TS(2304|2591|2584)/],
  ['core does not compile with a workflow', /core\/order\.ts.*error TS(6307|6059)/],
  ['workflows do not compile with the types of activities', /workflows\/push\.ts.*error TS(6307|6059)/],
  ['workflows do not compile with a global of Node', /workflows\/push\.ts.*error TS(2304|2591)/],
])('%s', (_rule, error) => {
  expect(said).toMatch(error);
});

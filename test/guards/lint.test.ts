import { relative } from 'node:path';
import { z } from 'zod';
import { SmallProject } from './small-project';

const reportSchema = z.array(
  z.object({
    filePath: z.string(),
    messages: z.array(z.object({ ruleId: z.string().nullable(), message: z.string() })),
  }),
);

const REFUSED: readonly (readonly [rule: string, file: string, source: string, says: string])[] = [
  [
    'core has no clock: Date.now',
    'core/clock.ts',
    'export const now = (): number => Date.now();\n',
    'core has no clock',
  ],
  [
    'core has no clock: new Date()',
    'core/date.ts',
    'export const now = (): Date => new Date();\n',
    'core has no clock',
  ],
  [
    'core has no randomness',
    'core/dice.ts',
    'export const dice = (): number => Math.random();\n',
    'core has no randomness',
  ],
  [
    'core does not wait',
    'core/wait.ts',
    'export const wait = async (): Promise<void> => {\n  await Promise.resolve();\n};\n',
    'is async',
  ],
  ['no enums', 'core/enum.ts', 'export enum Colour {\n  Red,\n}\n', 'No enums'],
  [
    'no type assertions',
    'core/assert.ts',
    'export const size = (x: unknown): number => x as number;\n',
    'type assertions',
  ],
  ['no any', 'core/any.ts', 'export const same = (x: any): any => x;\n', 'Unexpected any'],
  ['no default exports', 'core/default.ts', 'const one = 1;\nexport default one;\n', 'Named exports only'],
  [
    'the environment is read in config only',
    'worker/home.ts',
    'export const home = process.env.HOME;\n',
    'in config/ only',
  ],
  ['adapters do not write to the console', 'tixngo/say.ts', "console.log('x');\nexport const x = 1;\n", 'console'],
  ['the exit code is set in mains only', 'db/end.ts', 'process.exitCode = 1;\nexport const x = 1;\n', 'in mains only'],
  [
    'rules are not switched off in a file',
    'core/off.ts',
    '// eslint-disable-next-line\nexport const now = (): number => Date.now();\n',
    'core has no clock',
  ],
];

const ALLOWED = {
  'core/const.ts': "export const kinds = ['a', 'b'] as const;\nexport const at = (ms: number): Date => new Date(ms);\n",
  'config/home.ts': 'export const home = process.env.HOME;\n',
  'worker/main.ts': "console.log('started');\nprocess.exitCode = 0;\n",
};

let project: SmallProject;
const said = new Map<string, string>();

beforeAll(async () => {
  project = new SmallProject({ ...ALLOWED, ...Object.fromEntries(REFUSED.map(([, file, source]) => [file, source])) });
  const folders = ['core', 'config', 'worker', 'tixngo', 'db'];
  const output = await project.run('eslint/bin/eslint.js', [...folders, '--format', 'json']);
  for (const { filePath, messages } of reportSchema.parse(JSON.parse(output))) {
    said.set(relative(project.folder, filePath), messages.map(({ message }) => message).join('\n'));
  }
});

afterAll(() => {
  project.remove();
});

test.each(REFUSED.map(([rule, file, , says]) => [rule, file, says] as const))('%s', (_rule, file, says) => {
  expect(said.get(file)).toContain(says);
});

test.each(Object.keys(ALLOWED))('%s is accepted', (file) => {
  expect(said.get(file)).toBe('');
});

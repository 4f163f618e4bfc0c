import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { PROJECT_ROOT } from '../../local/project-root';
import { SmallProject } from './small-project';

const said: string[] = [];
const say = (message: string): void => {
  said.push(message);
};
const quiet = (): void => undefined;
const logger = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: say };

test('the bundle is built from workflows/index.ts', async () => {
  const { code } = await bundleWorkflowCode({ workflowsPath: join(PROJECT_ROOT, 'workflows', 'index.ts'), logger });
  expect(code).toContain('injectTickets');
});

test('a workflow that needs Node makes no bundle', async () => {
  const project = new SmallProject({
    'workflows/index.ts': "import { readFileSync } from 'node:fs';\nexport const w = () => readFileSync('x');\n",
  });
  try {
    const workflowsPath = join(project.folder, 'workflows', 'index.ts');
    await expect(bundleWorkflowCode({ workflowsPath, logger })).rejects.toThrow('errors');
    expect(said.join('\n')).toContain('fs');
  } finally {
    project.remove();
  }
});

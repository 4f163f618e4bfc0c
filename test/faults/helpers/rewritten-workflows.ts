import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { PROJECT_ROOT } from '../../../local/project-root';
import type { Rewriting } from './rewrite';

/** A bundle of the workflows in which an exact part of one file is replaced: a copy, for the product has no switch. */
export async function bundleRewritten(file: string, { part, instead }: Rewriting): Promise<string> {
  const scratch = join(PROJECT_ROOT, '.local', 'test');
  mkdirSync(scratch, { recursive: true });
  // Within the project, so that packages are found.
  const folder = mkdtempSync(join(scratch, 'workflows-'));
  try {
    for (const name of ['core', 'workflows']) {
      cpSync(join(PROJECT_ROOT, name), join(folder, name), { recursive: true });
    }
    const path = join(folder, 'workflows', file);
    const source = readFileSync(path, 'utf8');
    if (source.split(part).length !== 2) throw new Error(`workflows/${file} does not hold once: ${part}`);
    writeFileSync(
      path,
      source.replace(part, () => instead),
    );
    const quiet = (): void => undefined;
    const logger = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };
    const { code } = await bundleWorkflowCode({ workflowsPath: join(folder, 'workflows', 'index.ts'), logger });
    return code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../local/project-root';

/** Copies the compiled program, so that it takes that folder for its project; packages that are not there yet are linked. */
export function copyProject(project: string): void {
  mkdirSync(join(project, 'node_modules'), { recursive: true });
  cpSync(join(PROJECT_ROOT, 'package.json'), join(project, 'package.json'));
  // All that is compiled, the versions of the Temporal server, and the sandbox's contract.
  for (const part of ['dist', join('local', 'temporal-cli'), 'docs']) {
    cpSync(join(PROJECT_ROOT, part), join(project, part), { recursive: true });
  }
  for (const name of readdirSync(join(PROJECT_ROOT, 'node_modules'))) {
    const link = join(project, 'node_modules', name);
    if (!existsSync(link)) symlinkSync(join(PROJECT_ROOT, 'node_modules', name), link);
  }
}

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of package.json: the same whether this runs as compiled code (dist/local) or from the source (tests). */
export const PROJECT_ROOT = findRoot(__dirname);

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error(`No package.json above ${__dirname}: the local stack runs inside its project`);
  return findRoot(parent);
}

/** Path of a compiled program, for instance `worker/main`. */
export function compiledProgram(name: string): string {
  const path = join(PROJECT_ROOT, 'dist', `${name}.js`);
  if (!existsSync(path)) throw new Error(`${path} is missing: run "npm run build" first`);
  return path;
}

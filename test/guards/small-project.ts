import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_ROOT } from '../../local/project-root';

const CONFIGURATION = [
  'package.json',
  'tsconfig.base.json',
  'tsconfig.json',
  'core/tsconfig.json',
  'workflows/tsconfig.json',
  'test/tsconfig.json',
  'eslint.config.mjs',
  '.dependency-cruiser.cjs',
];

/** A project with this one's rules and only the sources of a test, in a folder of its own. */
export class SmallProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'tixngo-guards-'));

  constructor(sources: Readonly<Record<string, string>>) {
    for (const file of CONFIGURATION) cpSync(join(PROJECT_ROOT, file), this.place(file));
    for (const [file, source] of Object.entries(sources)) writeFileSync(this.place(file), source);
    symlinkSync(join(PROJECT_ROOT, 'node_modules'), join(this.folder, 'node_modules'));
  }

  /** What a tool of node_modules says on standard output; its exit code says the same. */
  async run(tool: string, args: readonly string[]): Promise<string> {
    const program = join(PROJECT_ROOT, 'node_modules', tool);
    try {
      const options = { cwd: this.folder, maxBuffer: 64 * 1024 * 1024 };
      const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], options);
      return stdout;
    } catch (error) {
      if (typeof error !== 'object' || error === null || !('stdout' in error) || typeof error.stdout !== 'string')
        throw error;
      if (error.stdout === '') throw error;
      return error.stdout;
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private place(file: string): string {
    const path = join(this.folder, file);
    mkdirSync(dirname(path), { recursive: true });
    return path;
  }
}

import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

/**
 * Keeps the compiled code of all modules in the user's cache folder: compiling is a third of a command's start. Node itself does without where the
 * folder cannot be written, keys it by version, user and content, and is safe for several starts at once.
 */
export async function useCompileCache(): Promise<void> {
  const folder = await findCacheFolder();
  if (folder !== undefined) enableCompileCache(join(folder, 'compiled'));
}

async function findCacheFolder(): Promise<string | undefined> {
  try {
    const { default: envPaths } = await import('env-paths');
    return envPaths('tixngo-interface', { suffix: '' }).cache;
  } catch {
    // A container may run as a user that has no home: its commands start without a cache.
    return undefined;
  }
}

import { mkdirSync } from 'node:fs';
import envPaths from 'env-paths';

/** The user's cache folder of this product (XDG_CACHE_HOME is honoured): what may be deleted and is made again. */
export function cacheFolder(): string {
  const folder = envPaths('tixngo-interface', { suffix: '' }).cache;
  mkdirSync(folder, { recursive: true });
  return folder;
}

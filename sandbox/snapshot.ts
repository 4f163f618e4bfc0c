import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { WalletTicket, Wallets } from './wallets';

export interface Snapshot {
  /** Says that the wallets changed; they are written a second later, once for all changes until then. */
  readonly touch: () => void;
  /** Writes what is not written yet. */
  readonly close: () => void;
}

/** Reads the wallets from a file when it is there, and keeps it up to date; without a file it does nothing. */
export function openSnapshot(file: string | undefined, wallets: Wallets): Snapshot {
  if (file === undefined) return { touch: () => undefined, close: () => undefined };
  if (existsSync(file)) wallets.put(readTickets(file));
  let timer: NodeJS.Timeout | undefined;
  const write = () => {
    clearTimeout(timer);
    timer = undefined;
    // Renamed into place: a stop in the middle leaves the old file whole.
    writeFileSync(`${file}.part`, JSON.stringify({ tickets: wallets.list() }));
    renameSync(`${file}.part`, file);
  };
  return {
    touch: () => {
      timer ??= setTimeout(write, 1000).unref();
    },
    close: () => {
      if (timer !== undefined) write();
    },
  };
}

function readTickets(file: string): readonly WalletTicket[] {
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (isSnapshot(parsed)) return parsed.tickets;
  throw new Error(`${file} is no snapshot of the sandbox: remove it or name another file`);
}

/** Written by this program alone, so its outline is enough to tell it from another file. */
function isSnapshot(value: unknown): value is { readonly tickets: readonly WalletTicket[] } {
  return typeof value === 'object' && value !== null && 'tickets' in value && Array.isArray(value.tickets);
}

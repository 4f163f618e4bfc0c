import type { WalletOwner } from './wallet-ticket';

/** The owners that are in use at a time are few: tickets take turns in small groups, recipients are drawn from a pool. */
const mostOwners = 20_000;

/** Keeps made-up owners for a while: to make one up is half of the work of a made-up record. */
export interface OwnerCache {
  readonly find: (name: string, make: () => WalletOwner) => WalletOwner;
}

export function openOwnerCache(): OwnerCache {
  const owners = new Map<string, WalletOwner>();
  return {
    find: (name, make) => {
      const known = owners.get(name);
      if (known !== undefined) return known;
      if (owners.size >= mostOwners) owners.clear();
      const owner = make();
      owners.set(name, owner);
      return owner;
    },
  };
}

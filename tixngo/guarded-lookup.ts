import { lookup as systemLookup, type LookupAddress, type LookupAllOptions } from 'node:dns';
import { BlockList, isIPv6, type LookupFunction } from 'node:net';

/** The code of the error that a socket gets when its host resolves to an address that is not allowed. */
export const addressRefusedCode = 'TIXNGO_ADDRESS_REFUSED';

/** Resolves a name to all its addresses, as `dns.lookup` with `all`. */
export type ResolveAll = (
  host: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * A lookup for sockets that fails when any address is not a public one. It sits in the socket's own lookup, so that the address that
 * was checked is the address that is connected to: a name that changes its mind between the two (DNS rebinding) gains nothing.
 */
export function guardLookup(resolve: ResolveAll = systemLookup): LookupFunction {
  return (host, options, callback) => {
    const { all, ...rest } = options;
    resolve(host, { ...rest, all: true }, (error, addresses) => {
      const first = error === null ? addresses[0] : undefined;
      if (error !== null) {
        callback(error, '', 0);
      } else if (first === undefined || addresses.some(({ address }) => !isPublicAddress(address))) {
        callback(refuse(), '', 0);
      } else if (all === true) {
        callback(null, addresses);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };
}

function refuse(): NodeJS.ErrnoException {
  return Object.assign(new Error('The host resolves to an address that is not public'), { code: addressRefusedCode });
}

/** Whether an IP address is none of loopback, private, link-local, shared, reserved, multicast, nor an IPv6 form that wraps one. */
export function isPublicAddress(address: string): boolean {
  return !notPublic.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

// IANA's special-purpose registries. A BlockList also applies IPv4 rules to IPv4-mapped IPv6 addresses.
const notPublic = toBlockList(
  [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 3],
  ],
  [
    ['::', 96],
    ['64:ff9b::', 96],
    ['64:ff9b:1::', 48],
    ['100::', 64],
    ['2001::', 23],
    ['2001:db8::', 32],
    ['2002::', 16],
    ['fc00::', 7],
    ['fe80::', 9],
    ['ff00::', 8],
  ],
);

function toBlockList(
  ipv4: readonly (readonly [string, number])[],
  ipv6: readonly (readonly [string, number])[],
): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of ipv4) list.addSubnet(net, prefix, 'ipv4');
  for (const [net, prefix] of ipv6) list.addSubnet(net, prefix, 'ipv6');
  return list;
}

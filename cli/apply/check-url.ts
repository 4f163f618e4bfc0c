import { checkInterfaceUrl, writeAllowedHost, type AllowedHost, type UrlRefusal } from '../../core/interface-url';
import { quote, type Problem } from '../../core/problem';

/** What is wrong with the URL of an interface (domain.md 3); of the URL nothing but scheme, host and port is shown, and no user. */
export function findUrlMistake(
  url: string,
  allowedHosts: readonly AllowedHost[],
): Pick<Problem, 'found' | 'allowed'> | undefined {
  const refusal = checkInterfaceUrl(url, allowedHosts);
  if (refusal === undefined) return undefined;
  const allowed = ALLOWED[refusal.code];
  const origin = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\\@]*/i.exec(url)?.[0];
  switch (refusal.code) {
    case 'MALFORMED':
      return { found: 'a text that is no web address (it is not shown)', allowed };
    case 'USERINFO':
      return { found: 'an address with a user or a password (it is not shown)', allowed };
    case 'PATH':
      return { found: `a path on ${quote(origin ?? '')} that is no such one (it is not shown)`, allowed };
    case 'SCHEME':
    case 'ADDRESS':
    case 'HOST':
      return { found: quote(origin ?? ''), allowed: `${allowed} (${listHosts(allowedHosts)})` };
  }
}

const ALLOWED: Readonly<Record<UrlRefusal['code'], string>> = {
  MALFORMED: 'an https address that ends in organizer/tickets, such as https://tixngo.example/organizer/tickets',
  USERINFO: 'the address without them; apiKey says where the key is',
  PATH: 'a path that ends in organizer/tickets, with letters, digits, dots, hyphens and underscores before it',
  SCHEME: 'https; http only where TIXNGO_ALLOWED_HOSTS names the host with scheme and port',
  ADDRESS: 'a host name; an IP address or this machine only where TIXNGO_ALLOWED_HOSTS names it with scheme and port',
  HOST: 'a host that TIXNGO_ALLOWED_HOSTS names',
};

function listHosts(hosts: readonly AllowedHost[]): string {
  if (hosts.length === 0) return 'it is empty: set it for this command and for the workers';
  return `it holds ${hosts.map(writeAllowedHost).join(', ')}`;
}

/** One entry of `TIXNGO_ALLOWED_HOSTS`. Only an entry with scheme and port admits http, loopback or a private address (domain.md 3). */
export interface AllowedHost {
  /** In lower case; an IPv6 address stands in brackets. */
  readonly host: string;
  readonly scheme?: 'http' | 'https';
  readonly port?: number;
}

/** Why an interface URL is not taken: a code for programs, and words for whoever wrote the URL, which never repeat user or password. */
export interface UrlRefusal {
  readonly code: 'MALFORMED' | 'USERINFO' | 'SCHEME' | 'PATH' | 'HOST' | 'ADDRESS';
  readonly message: string;
}

/** What a URL that passed the rule consists of. */
export interface InterfaceUrl {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  /** What stands before `organizer/tickets`, with a slash at its end. */
  readonly base: string;
  /** Whether the entry that admits it carries scheme and port, so that loopback and private addresses are allowed. */
  readonly anyAddress: boolean;
}

/** The entries of an allow-list text, separated by commas, semicolons or white space, and what is wrong with those that cannot be read. */
export function parseAllowedHosts(text: string): {
  readonly hosts: readonly AllowedHost[];
  readonly problems: readonly string[];
} {
  const hosts: AllowedHost[] = [];
  const problems: string[] = [];
  for (const entry of text.split(/[\s,;]+/).filter((part) => part !== '')) {
    const parsed = parseEntry(entry);
    if (typeof parsed === 'string') problems.push(parsed);
    else hosts.push(parsed);
  }
  return { hosts, problems };
}

/** Why this URL may not be an interface's, given the allow-list; undefined when it may. */
export function checkInterfaceUrl(url: string, allowed: readonly AllowedHost[]): UrlRefusal | undefined {
  const parsed = parseInterfaceUrl(url, allowed);
  return 'code' in parsed ? parsed : undefined;
}

/** The parts of an interface URL, or why it is refused. Stricter than a browser: one spelling per address, no query, no dots in the path. */
export function parseInterfaceUrl(url: string, allowed: readonly AllowedHost[]): InterfaceUrl | UrlRefusal {
  const parts = /^([a-z][a-z0-9+.-]*):\/\/([^/?#\\]*)(.*)$/is.exec(url);
  const scheme = parts?.[1]?.toLowerCase();
  const authority = parts?.[2];
  const path = parts?.[3];
  if (scheme === undefined || authority === undefined || path === undefined) {
    return refuse('MALFORMED', 'it is not of the form https://host/path/organizer/tickets');
  }
  if (authority.includes('@'))
    return refuse('USERINFO', 'it holds a user or a password, which belong in the API key reference');
  if (scheme !== 'https' && scheme !== 'http') return refuse('SCHEME', `its scheme is ${scheme}; allowed is https`);
  const hostAndPort = parseAuthority(authority);
  if (hostAndPort === undefined) return refuse('MALFORMED', 'its host or port cannot be read');
  if (!isInterfacePath(path))
    return refuse('PATH', 'it does not end in organizer/tickets, or its path has unusual characters');
  const { host, port = scheme === 'https' ? 443 : 80 } = hostAndPort;
  const refusal = checkHost({ scheme, host, port }, allowed);
  if (refusal !== undefined) return refusal;
  const base = `${scheme}://${authority.toLowerCase()}${path.slice(0, -'organizer/tickets'.length)}`;
  return { scheme, host, port, base, anyAddress: admitsAnyAddress({ scheme, host, port }, allowed) };
}

interface Origin {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
}

function checkHost(origin: Origin, allowed: readonly AllowedHost[]): UrlRefusal | undefined {
  if (admitsAnyAddress(origin, allowed)) return undefined;
  const entries = allowed.filter((entry) => entry.host === origin.host && entry.scheme === undefined);
  const [where, full] = [`${origin.host}:${String(origin.port)}`, writeAllowedHost(origin)];
  const own = `in the allow-list (TIXNGO_ALLOWED_HOSTS); ${describeAllowed(allowed)}`;
  if (origin.scheme !== 'https') {
    return refuse('SCHEME', `${full} needs an entry of its own with scheme and port ${own}. ${advise(full)}`);
  }
  if (!entries.some((entry) => (entry.port ?? 443) === origin.port)) {
    return refuse('HOST', `${where} is not ${own}. ${advise(origin.port === 443 ? origin.host : where)}`);
  }
  if (isAddressOrLoopback(origin.host)) {
    const what = `${full} is an address or a loopback name`;
    return refuse('ADDRESS', `${what}, which needs an entry with scheme and port ${own}. ${advise(full)}`);
  }
  return undefined;
}

/** An entry as the allow-list has it. */
export function writeAllowedHost({ scheme, host, port }: AllowedHost): string {
  return `${scheme === undefined ? '' : `${scheme}://`}${host}${port === undefined ? '' : `:${String(port)}`}`;
}

function describeAllowed(allowed: readonly AllowedHost[]): string {
  return allowed.length === 0 ? 'it is empty' : `it allows ${allowed.map(writeAllowedHost).join(', ')}`;
}

function advise(entry: string): string {
  return `Correct the url of the interface, or add ${entry} to the list for the commands and the workers`;
}

function admitsAnyAddress(origin: Origin, allowed: readonly AllowedHost[]): boolean {
  return allowed.some(
    ({ host, scheme, port }) => host === origin.host && scheme === origin.scheme && port === origin.port,
  );
}

/** Any spelling of an IP address (a last label that is a number, as 127.1 or 0x7f000001), and the names that mean this machine. */
function isAddressOrLoopback(host: string): boolean {
  return host.startsWith('[') || /(^|\.)(\d+|0x[0-9a-f]*)$/.test(host) || /(^|\.)(localhost|localdomain)$/.test(host);
}

function isInterfacePath(path: string): boolean {
  return /^(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*\/organizer\/tickets$/.test(path);
}

function parseAuthority(authority: string): { host: string; port?: number } | undefined {
  const found = /^(\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::(\d{1,5}))?$/i.exec(authority);
  const host = found?.[1]?.toLowerCase();
  if (host === undefined || host.includes('..')) return undefined;
  const port = found?.[2];
  if (port === undefined) return { host };
  return Number(port) >= 1 && Number(port) <= 65_535 ? { host, port: Number(port) } : undefined;
}

function parseEntry(entry: string): AllowedHost | string {
  const withScheme = /^(https?):\/\/(.*)$/i.exec(entry);
  const parsed = parseAuthority(withScheme?.[2] ?? entry);
  if (parsed === undefined) {
    return `${entry.includes('@') ? '(an entry with a user)' : entry}: expected host, host:port or scheme://host:port`;
  }
  if (withScheme === null) return parsed;
  if (parsed.port === undefined) return `${entry}: an entry with a scheme needs a port too`;
  return { ...parsed, scheme: withScheme[1]?.toLowerCase() === 'http' ? 'http' : 'https' };
}

function refuse(code: UrlRefusal['code'], why: string): UrlRefusal {
  return { code, message: `The interface URL is refused: ${why}` };
}

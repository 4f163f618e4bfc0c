import { checkInterfaceUrl, parseAllowedHosts, parseInterfaceUrl } from '../../core/interface-url';

const { hosts } = parseAllowedHosts(
  'api.tixngo.test, second.test:8443 https://10.1.2.3:443,http://127.0.0.1:8090 localhost 127.0.0.1 2130706433 0x7f.1 [::1] https://only.test:9443',
);

test('an allow-list names host, host and port, or all three, in lower case', () => {
  expect(parseAllowedHosts('API.Tixngo.test, b.test:8443\nHTTP://127.0.0.1:80 https://[::1]:443')).toEqual({
    hosts: [
      { host: 'api.tixngo.test' },
      { host: 'b.test', port: 8443 },
      { host: '127.0.0.1', port: 80, scheme: 'http' },
      { host: '[::1]', port: 443, scheme: 'https' },
    ],
    problems: [],
  });
  expect(parseAllowedHosts('').hosts).toEqual([]);
});

test('every entry that cannot be read is a problem, without user or password', () => {
  const { hosts: read, problems } = parseAllowedHosts(
    'ok.test http://no-port.test a/b user:secret@x.test c:99999 ftp://d:1',
  );
  expect(read).toEqual([{ host: 'ok.test' }]);
  expect(problems).toHaveLength(5);
  expect(problems.join()).not.toContain('secret');
});

test.each([
  ['https://api.tixngo.test/organizer/tickets', false],
  ['https://API.tixngo.test:443/organizer/tickets', false],
  ['https://api.tixngo.test/v1/eu-west/organizer/tickets', false],
  ['https://second.test:8443/organizer/tickets', false],
  ['https://10.1.2.3/organizer/tickets', true],
  ['http://127.0.0.1:8090/organizer/tickets', true],
])('%s is taken', (url, anyAddress) => {
  expect(checkInterfaceUrl(url, hosts)).toBeUndefined();
  expect(parseInterfaceUrl(url, hosts)).toMatchObject({ anyAddress });
});

test('the base is what stands before organizer/tickets', () => {
  expect(parseInterfaceUrl('https://Api.tixngo.test/V1/organizer/tickets', hosts)).toMatchObject({
    base: 'https://api.tixngo.test/V1/',
  });
});

test.each([
  ['', 'MALFORMED'],
  ['api.tixngo.test/organizer/tickets', 'MALFORMED'],
  ['https:/api.tixngo.test/organizer/tickets', 'MALFORMED'],
  [' https://api.tixngo.test/organizer/tickets', 'MALFORMED'],
  ['https://api.tixngo.test:0/organizer/tickets', 'MALFORMED'],
  ['https://api.tixngo.test:99999/organizer/tickets', 'MALFORMED'],
  ['https://api tixngo.test/organizer/tickets', 'MALFORMED'],
  ['https:///organizer/tickets', 'MALFORMED'],
  ['https://user:secret@api.tixngo.test/organizer/tickets', 'USERINFO'],
  ['https://api.tixngo.test@evil.test/organizer/tickets', 'USERINFO'],
  ['file:///organizer/tickets', 'SCHEME'],
  ['ftp://api.tixngo.test/organizer/tickets', 'SCHEME'],
  ['http://api.tixngo.test/organizer/tickets', 'SCHEME'],
  ['http://127.0.0.1:8091/organizer/tickets', 'SCHEME'],
  ['http://only.test:9443/organizer/tickets', 'SCHEME'],
  ['https://api.tixngo.test/organizer/tickets/', 'PATH'],
  ['https://api.tixngo.test/organizer/tickets?x=1', 'PATH'],
  ['https://api.tixngo.test/organizer/tickets#x', 'PATH'],
  ['https://api.tixngo.test/organizer', 'PATH'],
  ['https://api.tixngo.test/xorganizer/tickets', 'PATH'],
  ['https://api.tixngo.test/../organizer/tickets', 'PATH'],
  ['https://api.tixngo.test//organizer/tickets', 'PATH'],
  ['https://api.tixngo.test/%2e%2e/organizer/tickets', 'PATH'],
  ['https://api.tixngo.test\\@evil.test/organizer/tickets', 'PATH'],
  ['https://api.tixngo.test/organizer/tickets\n', 'PATH'],
  ['https://evil.test/organizer/tickets', 'HOST'],
  ['https://api.tixngo.test.evil.test/organizer/tickets', 'HOST'],
  ['https://api.tixngo.test./organizer/tickets', 'MALFORMED'],
  ['https://api.tixngo.test:8443/organizer/tickets', 'HOST'],
  ['https://second.test/organizer/tickets', 'HOST'],
  ['https://only.test/organizer/tickets', 'HOST'],
  ['https://localhost/organizer/tickets', 'ADDRESS'],
  ['https://127.0.0.1/organizer/tickets', 'ADDRESS'],
  ['https://2130706433/organizer/tickets', 'ADDRESS'],
  ['https://0x7f.1/organizer/tickets', 'ADDRESS'],
  ['https://[::1]/organizer/tickets', 'ADDRESS'],
])('%j is refused: %s', (url, code) => {
  const refusal = checkInterfaceUrl(url, hosts);
  expect(refusal).toHaveProperty('code', code);
  expect(refusal?.message).not.toContain('secret');
});

const few = parseAllowedHosts('api.tixngo.test localhost http://127.0.0.1:8090').hosts;
const allows = 'it allows api.tixngo.test, localhost, http://127.0.0.1:8090';

test.each([
  [
    'http://127.0.0.1:8091',
    `http://127.0.0.1:8091 needs an entry of its own with scheme and port in the allow-list (TIXNGO_ALLOWED_HOSTS); ${allows}`,
    'http://127.0.0.1:8091',
  ],
  [
    'https://api.tixngo.test:8443',
    `api.tixngo.test:8443 is not in the allow-list (TIXNGO_ALLOWED_HOSTS); ${allows}`,
    'api.tixngo.test:8443',
  ],
  ['https://evil.test', `evil.test:443 is not in the allow-list (TIXNGO_ALLOWED_HOSTS); ${allows}`, 'evil.test'],
  [
    'https://localhost',
    `https://localhost:443 is an address or a loopback name, which needs an entry with scheme and port in the allow-list (TIXNGO_ALLOWED_HOSTS); ${allows}`,
    'https://localhost:443',
  ],
])(
  'the refusal of %s says what was found, what is allowed, and the entry that would admit it',
  (origin, why, entry) => {
    const url = `${origin}/secret-base/organizer/tickets`;
    const todo = `Correct the url of the interface, or add ${entry} to the list for the commands and the workers`;
    expect(checkInterfaceUrl(url, few)?.message).toBe(`The interface URL is refused: ${why}. ${todo}`);
    expect(checkInterfaceUrl(url, [...few, ...parseAllowedHosts(entry).hosts])).toBeUndefined();
    expect(checkInterfaceUrl(url, [])?.message).toContain('(TIXNGO_ALLOWED_HOSTS); it is empty. ');
  },
);

import { parseConfig, type ConfigResult } from '../../../cli/apply/parse-config';
import { parseAllowedHosts } from '../../../core/interface-url';

const ALLOWED_HOSTS = parseAllowedHosts('tixngo.example, 10.0.0.1').hosts;

/** A configuration without mistakes. */
export const GOOD = `interfaces:
  - name: fcx-tixngo
    organization: FCX
    organizer: fc-example
    type: TIXNGO
    url: https://tixngo.example/organizer/tickets
    apiKey: { env: FCX_TIXNGO_KEY }
    login: admin@fcx.example
    notify: [ops@example.com]
    parameters: |
      ticketIterationSize=25
      killRatio=0.5
schedules:
  - name: inject-league
    interface: fcx-tixngo
    function: inject-tickets
    launch: AUTOMATIC
    every: 5m
    batchSize: 1000
    pointOfSales: WEB;W1
    filters: { product: [LEAGUE-HOME] }
`;

export function parse(text: string | Uint8Array, existingInterfaces: readonly string[] = []): ConfigResult {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return parseConfig(bytes, { file: 'tixngo.yaml', allowedHosts: ALLOWED_HOSTS, existingInterfaces });
}

/** Problems as `line field: found -> allowed`. */
export function problemsOf(text: string | Uint8Array, existingInterfaces?: readonly string[]): string[] {
  const result = parse(text, existingInterfaces);
  if (!('problems' in result)) return [];
  return result.problems.map(({ line, field, found, allowed }) => `${String(line)} ${field}: ${found} -> ${allowed}`);
}

/** The good file with one part of it replaced. */
export function changed(part: string, by: string): string {
  expect(GOOD).toContain(part);
  return GOOD.replace(part, by);
}

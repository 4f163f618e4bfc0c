import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { parsePushAnswer } from '../../core/messages/parse-push-answer';
import type { TicketMessage } from '../../core/messages/ticket-message';
import { loadDocument } from '../../sandbox/document';
import { headers, maxItemsPerCall, operations, statuses } from '../../tixngo/contract';

const root = join(__dirname, '..', '..');
const file = join(root, 'docs', 'tixngo-api.yaml');
const source: unknown = parse(readFileSync(file, 'utf8'));

const operationSchema = z.object({
  operationId: z.string(),
  'x-source': z.string().optional(),
  responses: z.record(z.string(), z.object({ $ref: z.string().optional() })),
});
const document = z
  .object({
    paths: z.record(z.string(), z.record(z.string(), operationSchema)),
    components: z.object({
      securitySchemes: z.object({ apiKey: z.object({ name: z.string() }) }),
      parameters: z.object({ IdempotencyKey: z.object({ name: z.string() }) }),
      responses: z.record(z.string(), z.object({ headers: z.record(z.string(), z.unknown()).optional() })),
      schemas: z.record(z.string(), z.record(z.string(), z.unknown())),
    }),
  })
  .parse(source);
const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

/** Every place of the document where fields are listed, with the path that leads there. */
function findProperties(node: unknown, path = ''): readonly (readonly [string, unknown])[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, value]: [string, unknown]) => {
    const here = `${path}/${name}`;
    const fields = name === 'properties' && typeof value === 'object' && value !== null ? Object.entries(value) : [];
    return [...fields.map(([field, schema]) => [`${here}/${field}`, schema] as const), ...findProperties(value, here)];
  });
}

test('the document is valid OpenAPI 3.1', async () => {
  const program = join(root, 'node_modules', '@seriousme', 'openapi-schema-validator', 'bin', 'validate-api-cli.js');
  const { stdout } = await promisify(execFile)(process.execPath, [program, file]);
  expect(JSON.parse(stdout)).toEqual({ valid: true });
  expect(source).toHaveProperty('openapi', '3.1.0');
});

test('every operation and every field says whether it is documented or assumed', () => {
  const tag = z.object({ 'x-source': z.enum(['documented', 'assumed']) });
  const fields = findProperties(source);
  expect(fields.length).toBeGreaterThan(100);
  expect(fields.filter(([, schema]) => !tag.safeParse(schema).success).map(([path]) => path)).toEqual([]);
  expect(documented.filter(({ operation }) => !tag.safeParse(operation).success)).toEqual([]);
});

test('what is sent may hold nothing that the document does not list', () => {
  const requests = [
    'InjectRequest',
    'DeleteRequest',
    'ControlRequest',
    'PrivilegeDefinition',
    'InjectPrivilegesRequest',
  ];
  const open = new Set<string>();
  const visit = (node: unknown, name: string): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('properties' in node && !('additionalProperties' in node && node.additionalProperties === false))
      open.add(name);
    for (const [key, value] of Object.entries(node)) {
      const target = key === '$ref' && typeof value === 'string' ? (value.split('/').at(-1) ?? '') : undefined;
      visit(target === undefined ? value : document.components.schemas[target], target ?? name);
    }
  };
  for (const request of requests) visit(document.components.schemas[request], request);
  expect([...open]).toEqual([]);
});

test('the contract has the operations of the document, with their methods and paths', () => {
  const expected = Object.fromEntries(
    documented.map(({ path, method, operation }) => [
      operation.operationId,
      { method: method.toUpperCase(), path: path.slice(1) },
    ]),
  );
  expect(operations).toEqual(expected);
});

test('the contract has the headers of the document', () => {
  const { securitySchemes, parameters, responses } = document.components;
  expect(headers).toEqual({
    apiKey: securitySchemes.apiKey.name,
    idempotencyKey: parameters.IdempotencyKey.name,
    requestId: Object.keys(responses.PushResults?.headers ?? {})[0],
    retryAfter: Object.keys(responses.Unavailable?.headers ?? {})[0],
  });
});

test('the contract sorts the statuses as the document does', () => {
  const of = (name: string, operationId: string) =>
    Object.entries(documented.find(({ operation }) => operation.operationId === operationId)?.operation.responses ?? {})
      .filter(([, { $ref }]) => $ref?.endsWith(`/${name}`) === true)
      .map(([status]) => Number(status))
      .filter((status) => !Number.isNaN(status));
  for (const operation of ['injectTickets', 'deleteTickets', 'controlTickets']) {
    expect(of('Refused', operation)).toEqual(statuses.refusesWhole);
    expect(of('KeyRefused', operation)).toEqual(statuses.refusesKey);
    expect(statuses.unavailable).toEqual(
      expect.arrayContaining([...of('Conflict', operation), ...of('Unavailable', operation)]),
    );
  }
});

type Complete<T> = T extends readonly (infer Item)[]
  ? readonly Complete<Item>[]
  : T extends object
    ? { readonly [Name in keyof T]-?: Complete<T[Name]> }
    : T;

const keyValues = [{ key: 'gate', value: 'North' }];
/** Every field of the type: the compiler asks for each, the document has to know each. */
const complete: Complete<TicketMessage> = {
  ticketId: 'T 1*.-_+/()',
  event: {
    id: 'match-1',
    name: 'Match 1',
    address: { site: 'Arena', city: 'Town', countryCode: 'DE', zip: '1', line1: 'a', line2: 'b', line3: 'c' },
    startTime: '2026-06-14T21:00:00+02:00',
    expirationDate: '2026-06-15T21:00:00Z',
    group: { name: 'Cup', image: 'https://img.test/1' },
    website: 'https://cup.test',
    metadata: keyValues,
  },
  activationParameters: { method: 'offline', time: '2026-06-14T18:00:00Z', groupId: 'g' },
  security: { barcode: 'B' },
  purchaseDetails: {
    price: 12.5,
    currency: 'EUR',
    category: 'One',
    tariff: 'Full',
    taxNumber: 'N',
    fileId: 'F',
    purchaseDate: '2026-01-01T00:00:00Z',
    mainApplicant: true,
  },
  spectatorDetails: {
    title: 'Ms',
    gender: 'F',
    firstName: 'Zoë',
    lastName: 'Quux',
    email: 'zoe@example.test',
    dateOfBirth: '1990-02-28',
    nationality: 'FR',
    idCardNumber: '1',
    phoneNumber: '+1',
    residenceCountry: 'FR',
    language: 'fr',
  },
  holder: { firstName: 'A', lastName: 'B', dateOfBirth: '1990-02-28', idCardNumber: '1', residenceCountry: 'FR' },
  sortingKey: '1',
  imageUrl: 'https://img.test/2',
  ticketDetails: { main: keyValues, extra: keyValues, hidden: keyValues },
  transferRules: {
    groupId: 'g',
    maxNumberOfTicketPerPhoneInGroupId: -1,
    maxNumberOfTransferPerPhoneInGroupId: 1,
    maxNumberOfTransferPerTicketInGroupId: 1,
    assignTransferLimit: 1,
    allowTransfer: true,
    allowTransferMainApplicant: true,
    allowTransferAfterActivation: true,
    allowTransferAfterActivationByBT: true,
    allowReturnToOrganizer: true,
    allowReturnToOrganizerForInitialSpectator: true,
  },
};

describe('a ticket message is judged as the document says', () => {
  const { checkRequest } = loadDocument();
  const check = (ticket: unknown) => checkRequest('injectTickets', { tickets: [ticket] });

  test('the type with all its fields', () => {
    expect(check(complete)).toBeUndefined();
  });
  test.each([
    ['ticketId', 'x'.repeat(257)],
    ['ticketId', 'ö'],
    ['event', { ...complete.event, name: 'x'.repeat(129) }],
    ['event', { ...complete.event, startTime: '2026-06-14 21:00' }],
    ['event', { ...complete.event, startTime: '2026-06-14T21:00:00' }],
    ['event', { ...complete.event, address: { ...complete.event.address, zip: 'x'.repeat(201) } }],
    ['event', { ...complete.event, address: { site: 'Arena' } }],
    ['security', { barcode: 'x'.repeat(513) }],
    ['security', {}],
    ['purchaseDetails', { ...complete.purchaseDetails, price: '12.50' }],
    ['purchaseDetails', { ...complete.purchaseDetails, currency: 'x'.repeat(21) }],
    ['spectatorDetails', { ...complete.spectatorDetails, gender: 'W' }],
    ['spectatorDetails', { ...complete.spectatorDetails, firstName: 'x'.repeat(51) }],
    ['spectatorDetails', { ...complete.spectatorDetails, lastName: 'x'.repeat(101) }],
    ['spectatorDetails', { ...complete.spectatorDetails, email: 'nobody' }],
    ['spectatorDetails', { ...complete.spectatorDetails, dateOfBirth: '28/02/1990' }],
    ['spectatorDetails', { ...complete.spectatorDetails, nationality: 'FRA' }],
    ['activationParameters', { method: 'both' }],
    ['seat', 'unlisted'],
  ])('%s %j is refused', (name, value) => {
    expect(check({ ...complete, [name]: value })?.path).toContain(`/tickets/0/${name}`);
  });
  test.each(['ticketId', 'event', 'purchaseDetails', 'security', 'spectatorDetails'])('%s is required', (name) => {
    const rest = Object.fromEntries(Object.entries(complete).filter(([field]) => field !== name));
    expect(check(rest)?.message).toContain(name);
  });
  test('at most as many tickets as the contract says', () => {
    const tickets = (count: number) => ({ tickets: Array.from({ length: count }, () => complete) });
    expect(checkRequest('injectTickets', tickets(maxItemsPerCall))).toBeUndefined();
    expect(checkRequest('injectTickets', tickets(maxItemsPerCall + 1))).toBeDefined();
  });
});

test('what the document calls an answer, the product can read', () => {
  const { checkAnswer } = loadDocument();
  const results = {
    results: [{ ticketId: 'A', outcome: 'REJECTED', errors: [{ code: 'C', field: 'f', message: 'm' }] }],
  };
  const refusal = {
    error: { code: 'C', message: 'm', details: [{ ticketId: 'A', code: 'C', field: 'f', message: 'm' }] },
  };
  const answers = [
    [200, results],
    [400, refusal],
    [409, refusal],
    [413, refusal],
    [422, refusal],
  ] as const;
  for (const [status, body] of answers) {
    expect(checkAnswer('injectTickets', status, body)).toBeUndefined();
    expect(parsePushAnswer({ status, body })).toBeDefined();
  }
});

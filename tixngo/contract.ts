/**
 * Paths, headers and limits of docs/tixngo-api.yaml; a test holds the two together. The JSON shapes are in core/messages. Paths stand
 * relative to what comes before `organizer/tickets` in an interface's URL.
 */
export const operations = {
  injectTickets: { method: 'POST', path: 'organizer/tickets' },
  deleteTickets: { method: 'POST', path: 'organizer/tickets/delete' },
  controlTickets: { method: 'POST', path: 'organizer/tickets/control' },
  diffTickets: { method: 'GET', path: 'organizer/tickets/diff' },
  definePrivilege: { method: 'PUT', path: 'organizer/privilege-definitions/{definitionId}' },
  injectPrivileges: { method: 'POST', path: 'organizer/privileges' },
  accountStatus: { method: 'GET', path: 'organizer/status' },
} as const;

/** The operations that push tickets in calls of at most `maxItemsPerCall` and answer with one result per ticket. */
export type PushOperation = 'injectTickets' | 'deleteTickets' | 'controlTickets';

/** Most tickets or privileges in one call; more is answered with 413. */
export const maxItemsPerCall = 50;

/** Header names; the one of the key can be set per client. */
export const headers = {
  apiKey: 'x-api-key',
  idempotencyKey: 'Idempotency-Key',
  requestId: 'x-request-id',
  retryAfter: 'retry-after',
} as const;

/** What a status means for a push call; every status that is not listed breaks the contract. */
export const statuses = {
  /** Nothing of the call was accepted. */
  refusesWhole: [400, 413, 422],
  /** The key is not taken. */
  refusesKey: [401, 403],
  /** Try later, under the same key; also every 5xx. A 409 only when it names no ticket. */
  unavailable: [408, 409, 425, 429],
  /** The pagination key of a diff call is not known (any more); of a call without one it breaks the contract. */
  refusesPaginationKey: [400, 410],
} as const;

export const pushOperations = ['injectTickets', 'deleteTickets', 'controlTickets'] as const;
export type PushOperation = (typeof pushOperations)[number];

/** Those that the stand-in answers; a fault of another one would never strike. */
export const builtOperations = [...pushOperations, 'diffTickets', 'accountStatus'] as const;

export function isPushOperation(operation: string): operation is PushOperation {
  return pushOperations.some((known) => known === operation);
}

import { injectTickets } from '../inject-tickets';
import type { PushDefinition } from './definition';

/** The pushes that exist, by function. */
export const definitions: readonly PushDefinition[] = [injectTickets];

/** Undefined for a function that is no push, or not there yet. */
export function findDefinition(name: string): PushDefinition | undefined {
  return definitions.find((definition) => definition.function === name);
}

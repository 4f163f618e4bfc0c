import { z } from 'zod';
import { builtOperations } from './operations';

/** When a fault strikes: said by every kind of them. */
export const when = {
  /** Operation of the document, by its id; absent: every one. */
  operation: z.enum(builtOperations).optional(),
  /** Name of an account; absent: every one. */
  organizer: z.string().optional(),
  /** Chance that it strikes a call, 0 to 1, from the seeded randomness; absent: always. */
  probability: z.number().min(0).max(1).optional(),
  /** How many calls it strikes before it is used up; absent: until cleared. */
  count: z.int().min(1).optional(),
};

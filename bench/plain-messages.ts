import { z } from 'zod';

/** What the plain loop prints, a line of JSON each. It begins as soon as it is ready, and lives on until it is ended, so that it can be measured. */
export const plainMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('done'), seconds: z.number(), delivered: z.number() }),
]);

export type PlainMessage = z.infer<typeof plainMessage>;

import { z } from 'zod';

/** What a guard is told on its command line; the program's environment is the guard's own (it may hold secrets). */
export const guardOrderSchema = z.object({
  command: z.string(),
  args: z.array(z.string()),
  cwd: z.string(),
  /** Runs the program as another user (Postgres refuses to run as root). */
  user: z.object({ uid: z.number().int(), gid: z.number().int() }).optional(),
  /** What it writes is for its user alone. */
  forOwnerOnly: z.boolean(),
  /** How the program is asked to end. */
  stopSignal: z.enum(['SIGINT', 'SIGTERM']),
  /** Milliseconds after which it is killed instead. */
  stopTimeoutMs: z.number().int().positive(),
  /** Removed once the program has ended, however it ended. */
  removeAfter: z.array(z.string()),
  /** Removed unless the program ended well (exit 0): what it may have half written. */
  removeOnFailure: z.array(z.string()),
});
export type GuardOrder = z.infer<typeof guardOrderSchema>;

/** What a guard tells: first that the program runs or why it does not, last how it ended. */
export const guardReportSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started'), pid: z.number().int() }),
  z.object({ kind: z.literal('not-started'), reason: z.string() }),
  z.object({ kind: z.literal('ended'), code: z.number().int().nullable(), signal: z.string().nullable() }),
]);
export type GuardReport = z.infer<typeof guardReportSchema>;

/** A parent's request to signal the program; the end of the channel itself means: stop it. */
export const guardRequestSchema = z.object({ signal: z.enum(['SIGKILL', 'SIGTERM', 'SIGSTOP', 'SIGCONT']) });
export type GuardRequest = z.infer<typeof guardRequestSchema>;

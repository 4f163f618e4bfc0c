import { z } from 'zod';

/**
 * What a run goes by, fixed when it opens: a change of schedule or interface counts from the next run on. Stored with the execution, so every
 * worker of it reads the same.
 */
const runSettings = z.object({
  ticketIterationSize: z.number().int().min(1).max(50),
  parallelCalls: z.number().int().min(1),
  maxOutageMinutes: z.number().positive(),
  killRatio: z.number().min(0).max(1).nullable(),
  enforceMandatoryParameters: z.boolean(),
  batchSize: z.number().int().positive().nullable(),
  products: z.array(z.string()),
  activationMethod: z.enum(['online', 'offline']),
  barcodePrefix: z.string(),
  barcodeSuffix: z.string(),
  mainApplicant: z.boolean(),
  timeZone: z.string(),
  /** By which accepted tickets are printed. A run that an earlier version opened has none here: its schedule's counts. */
  pointOfSalesId: z.string().nullish(),
});

export type RunSettings = z.infer<typeof runSettings>;

const runOverrides = z.object({
  forced: z.boolean(),
  force: z.array(z.string()),
  skip: z.array(z.string()),
  again: z.number().int().nullable(),
  unknownForced: z.number().int(),
  /** Forced tickets on the skip list: left out, for skip wins (domain.md 5.2). */
  skipListed: z.number().int().default(0),
});

/** What this run does differently from its schedule; tickets by id. */
export type RunOverrides = z.infer<typeof runOverrides>;

/** Those of a run that goes by its schedule alone, which names no ticket. */
export const noOverrides: RunOverrides = {
  forced: false,
  force: [],
  skip: [],
  again: null,
  unknownForced: 0,
  skipListed: 0,
};

/** Reads what `openExecution` stored; a shape that does not fit is a bug or another program's row. */
export function readRunSettings(stored: unknown): RunSettings {
  return runSettings.parse(stored);
}

export function readRunOverrides(stored: unknown): RunOverrides {
  return runOverrides.parse(stored);
}

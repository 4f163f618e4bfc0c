import { z } from 'zod';
import type { FoundSchedule } from '../../db/queries/push/find-schedule';
import type { RetrieveInput } from '../../workflows/retrieve-contract';

/** What a run goes by, fixed when it opens and stored with the execution: a change of the configuration counts from the next run on. */
const settings = z.object({
  /** `interface/schedule`, as an operator types it. */
  schedule: z.string(),
  /** Most records of the run; null: on while there is more. */
  batchSize: z.number().int().positive().nullable(),
  batchSplitSize: z.number().int().min(1).max(1000),
  maxOutageMinutes: z.number().positive(),
  continueInCaseOfSyncError: z.boolean(),
});

export type RetrieveSettings = z.infer<typeof settings>;

/** Where a run reads from that does not go on from the cursor; `log` shows it. Rows of earlier versions have the upload only. */
const overrides = z.object({
  /** Number of the upload that is applied instead of what TIXNGO has. */
  upload: z.number().int().nullable(),
  /** Everything is read again. */
  fullResync: z.boolean().default(false),
  /** The pagination key that an operator named. */
  cursor: z.string().nullable().default(null),
});

export type RetrieveOverrides = z.infer<typeof overrides>;

/** Of an interface that was saved before there was retrieve-status: the defaults of domain.md 4. */
const parameters = z.object({
  batchSplitSize: z.number().int().min(1).max(1000).default(1000),
  maxOutageMinutes: z.number().positive().default(10),
  continueInCaseOfSyncError: z.boolean().default(true),
});

/** What a start asks for, resolved against the configuration. */
export function toSettings(schedule: FoundSchedule): RetrieveSettings {
  return {
    ...parameters.parse(schedule.parameters),
    batchSize: schedule.batchSize,
    schedule: `${schedule.interface}/${schedule.schedule}`,
  };
}

export function toOverrides(input: RetrieveInput): RetrieveOverrides {
  return { upload: input.upload ?? null, fullResync: input.fullResync ?? false, cursor: input.cursor ?? null };
}

/** Reads what `openRetrieve` stored; a shape that does not fit is a bug or another program's row. */
export function readSettings(stored: unknown): RetrieveSettings {
  return settings.parse(stored);
}

export function readOverrides(stored: unknown): RetrieveOverrides {
  return overrides.parse(stored);
}

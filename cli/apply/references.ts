import { z } from 'zod';

/** What one interface of the file refers to; a field that is missing or of a wrong shape is a matter of `parseConfig`. */
export interface InterfaceReferences {
  readonly name?: string | undefined;
  readonly organization?: string | undefined;
  readonly organizer?: string | undefined;
  readonly url?: string | undefined;
  readonly apiKey?: object | undefined;
}

/** What one schedule of the file refers to. */
export interface ScheduleReferences {
  readonly name?: string | undefined;
  readonly interface?: string | undefined;
  readonly function?: string | undefined;
  readonly pointOfSales?: string | undefined;
  readonly filters?: { readonly product?: readonly (string | undefined)[] | undefined } | undefined;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
}

export interface FileReferences {
  readonly interfaces: readonly InterfaceReferences[];
  readonly schedules: readonly ScheduleReferences[];
}

const text = z.string().optional().catch(undefined);
const keyReference = z.record(z.string(), z.string()).optional().catch(undefined);
const interfaceReferences = z
  .object({ name: text, organization: text, organizer: text, url: text, apiKey: keyReference })
  .catch({});
const products = z
  .object({ product: z.array(text).optional().catch(undefined) })
  .optional()
  .catch(undefined);
const scheduleReferences = z
  .object({
    name: text,
    interface: text,
    function: text,
    pointOfSales: text,
    filters: products,
    start: text,
    end: text,
  })
  .catch({});
const fileReferences = z
  .object({
    interfaces: z.array(interfaceReferences).default([]).catch([]),
    schedules: z.array(scheduleReferences).default([]).catch([]),
  })
  .catch({ interfaces: [], schedules: [] });

/** Takes the names out of a file, also out of one with mistakes: what only the database knows is told together with them. */
export function readReferences(value: unknown): FileReferences {
  return fileReferences.parse(value);
}

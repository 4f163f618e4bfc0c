import { z } from 'zod';
import { PARAMETERS } from '../../core/parameters/parameters';

/** What is saved of an interface or schedule, under the names and in the forms of the configuration file. */
export type Fields = Readonly<Record<string, unknown>>;

interface InterfaceLike {
  readonly organization: string;
  readonly organizer: string;
  readonly type: string;
  readonly url: string;
  readonly login?: string | null;
  readonly apiKey: unknown;
  readonly notify: readonly string[];
  readonly parameters: unknown;
  readonly parametersText: string;
}

/** Of the custom parameters both what was written (`parameters`) and what each of them means (`parameters.parallelCalls`). */
export function toInterfaceFields(entry: InterfaceLike): Fields {
  const { organization, organizer, type, url, login, apiKey, notify, parametersText } = entry;
  const parameters = anObject.parse(entry.parameters);
  return {
    organization,
    organizer,
    type,
    url,
    login,
    apiKey,
    notify,
    parameters: parametersText,
    ...Object.fromEntries(
      Object.entries(PARAMETERS).map(([key, { name }]) => [`parameters.${name}`, parameters[key] ?? null]),
    ),
  };
}

interface ScheduleLike {
  readonly function: string;
  readonly launch: string;
  readonly timing?: unknown;
  readonly batchSize?: number | null;
  readonly pointOfSales: string | null;
  readonly settings: unknown;
}

export function toScheduleFields(entry: ScheduleLike): Fields {
  const { launch, batchSize, pointOfSales } = entry;
  const { everySeconds, cron, start, end } = timing.parse(entry.timing ?? {});
  const { filters, barcodePrefix, barcodeSuffix, force, skip, ...rest } = settings.parse(entry.settings);
  return {
    function: entry.function,
    launch,
    every: everySeconds === undefined ? null : toEvery(everySeconds),
    cron,
    start,
    end,
    batchSize,
    pointOfSales,
    ...Object.fromEntries(Object.entries(filters).map(([name, values]) => [`filters.${name}`, values])),
    'barcodeFormat.prefix': orNull(barcodePrefix),
    'barcodeFormat.suffix': orNull(barcodeSuffix),
    force: orNull(toList(force)),
    skip: orNull(toList(skip)),
    ...rest,
  };
}

const anObject = z.record(z.string(), z.unknown());
const timing = z.object({
  everySeconds: z.number().optional(),
  cron: z.string().optional(),
  start: z.string().optional(),
  end: z.string().optional(),
});
const references = z.object({ ticketNumbers: z.array(z.string()), ids: z.array(z.string()) });
// Of all functions: what a function does not have stays away.
const settings = z.object({
  activationMethod: z.string().optional(),
  filters: anObject.default({}),
  barcodePrefix: z.string().default(''),
  barcodeSuffix: z.string().default(''),
  mainApplicant: z.boolean().optional(),
  force: references.default({ ticketNumbers: [], ids: [] }),
  skip: references,
  simulation: z.boolean().optional(),
});

/** An interval as one writes it: `90s`, `5m`, `1h`, `1d`. */
function toEvery(seconds: number): string {
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
  ] as const;
  const unit = units.find(([, size]) => seconds % size === 0);
  return unit === undefined ? `${String(seconds)}s` : `${String(seconds / unit[1])}${unit[0]}`;
}

function toList({ ticketNumbers, ids }: z.infer<typeof references>): string {
  return [...ticketNumbers, ...ids.map((id) => `id:${id}`)].join(', ');
}

function orNull(text: string): string | null {
  return text === '' ? null : text;
}

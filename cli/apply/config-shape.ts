import { z } from 'zod';
import { UNAVAILABLE_FIELDS, UNAVAILABLE_FILTERS } from '../../core/schedule/availability';
import { listForeignFields } from '../../core/schedule/field-owners';
import { AVAILABLE_FUNCTIONS, FUNCTIONS, HOLDER_FIELDS, LAUNCHES } from '../../core/schedule/written-schedule';

// Shapes only: types, names of fields, what must be there. What values may be is checked by core, where an upper layer can ask for it too.
const codes = (what: string) => z.array(z.string()).describe(`Codes of ${what}; one of them is enough`).optional();

const apiKeyShape = z
  .union([
    z.strictObject({
      env: z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
        .describe('Name of an environment variable of the workers'),
    }),
    z.strictObject({
      file: z
        .string()
        .regex(/^[^\p{Cc}]+$/u)
        .describe('Path of a file on the workers; read again per execution'),
    }),
  ])
  .describe('Where the API key is found; never the key itself');

/** One interface as the file writes it (operations.md, domain.md 3). */
export const interfaceShape = z.strictObject({
  name: z.string().describe('Internal name, unique'),
  organization: z.string().describe('Code of the inventory organization; one interface per organization'),
  organizer: z.string().describe('Name of the TIXNGO account'),
  type: z.enum(['TIXNGO', 'TIXNGO_WITH_TEMPLATE']).describe('TIXNGO_WITH_TEMPLATE is not available in this version'),
  url: z.string().describe('https address that ends in organizer/tickets; its host stands in TIXNGO_ALLOWED_HOSTS'),
  apiKey: apiKeyShape,
  login: z.string().describe("E-mail of the organizer's ADMIN account; informational").optional(),
  notify: z.array(z.string()).describe('E-mail addresses that are told when a function fails').optional(),
  parameters: z.string().describe('Custom parameters: a text with one name=value per line').optional(),
});

const filtersShape = z.strictObject({
  salesChannel: codes('sales channels'),
  season: codes('seasons'),
  productFamily: codes('product families'),
  product: codes('products'),
  activity: codes('activities'),
  performance: codes('performances'),
  tariff: codes('tariffs'),
  category: codes('categories'),
  shipmentMode: codes('shipment modes'),
  saleDateFrom: z.string().describe('First day of sale, yyyy-MM-dd').optional(),
  saleDateTo: z.string().describe('Last day of sale, yyyy-MM-dd').optional(),
});

const barcodeFormatShape = z.strictObject({
  prefix: z.string().describe('Put before the barcode').optional(),
  suffix: z.string().describe('Put behind the barcode').optional(),
});

/** One schedule as the file writes it (domain.md 5.1, 7.2, 8.2, 10). */
export const scheduleShape = z.strictObject({
  name: z.string().describe('Internal name, unique on the interface'),
  interface: z.string().describe('Name of the interface'),
  function: z.enum(FUNCTIONS).describe('Which sync; inject-tickets and retrieve-status are those of this version'),
  launch: z.enum(LAUNCHES).describe('MANUAL: started by hand; AUTOMATIC: by every or cron'),
  every: z.string().describe('Interval such as 5m (s, m, h, d); 5m when neither every nor cron is given').optional(),
  cron: z.string().describe('Five fields, in the time zone of the organization').optional(),
  start: z.string().describe('First start at the earliest, ISO 8601').optional(),
  end: z.string().describe('No start from then on, ISO 8601').optional(),
  batchSize: z
    .number()
    .describe('Most tickets or records of an execution, 1 to 1000000; without it all that is due')
    .optional(),
  activationMethod: z.enum(['online', 'offline']).describe('offline when not given').optional(),
  pointOfSales: z.string().describe('salesChannelCode;posCode').optional(),
  filters: filtersShape.describe('Inside a list or, between lists and').optional(),
  fileNumber: z.string().describe('One S-360 file instead of filters; not available in this version').optional(),
  barcodeFormat: barcodeFormatShape.describe('What is put around the barcode').optional(),
  mandatoryHolderFields: z.array(z.enum(HOLDER_FIELDS)).describe('Not available in this version').optional(),
  mainApplicant: z.boolean().describe('Marks tickets whose beneficiary is the purchaser').optional(),
  force: z.string().describe('Only these tickets: numbers and id:..., separated by commas').optional(),
  skip: z.string().describe('Never these tickets: numbers and id:..., separated by commas').optional(),
  template: z.string().describe('Name of a ticket template; not available in this version').optional(),
  simulation: z.boolean().describe('Everything but the call').optional(),
  shipmentModes: z.array(z.string()).describe('push-cancelled and push-controlled').optional(),
  dateFrom: z.string().describe('DD/MM/YY hh:mm; push-cancelled and push-controlled').optional(),
  notifySpectator: z.boolean().describe('push-cancelled and push-controlled').optional(),
});

/** The whole file. */
export const fileShape = z.strictObject({
  interfaces: z.array(interfaceShape).optional(),
  schedules: z.array(scheduleShape).optional(),
});

// Whoever mistypes a name is not sent to one that is refused.
const NOT_OFFERED: readonly string[] = [...UNAVAILABLE_FIELDS, ...listForeignFields(AVAILABLE_FUNCTIONS)];

/** The names that an object of the file may hold and this version goes by, by where it stands (`*` for a position in a list). */
export const KNOWN_NAMES: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(fileShape.shape),
  'interfaces.*': Object.keys(interfaceShape.shape),
  'schedules.*': Object.keys(scheduleShape.shape).filter((name) => !NOT_OFFERED.includes(name)),
  'schedules.*.filters': Object.keys(filtersShape.shape).filter((name) => !UNAVAILABLE_FILTERS.includes(name)),
  'schedules.*.barcodeFormat': Object.keys(barcodeFormatShape.shape),
};

export type WrittenInterface = z.infer<typeof interfaceShape>;

/** Shapes of what is left of an object when its broken fields are put aside. */
export const soundInterfaceShape = interfaceShape.partial();
export const soundScheduleShape = scheduleShape.partial();

export type SoundInterface = z.infer<typeof soundInterfaceShape>;
export type SoundSchedule = z.infer<typeof soundScheduleShape>;

/** Stems of the five functions (domain.md 2): file names, workflow names and the vocabulary of `function:`. */
export const FUNCTIONS = [
  'inject-tickets',
  'push-cancelled',
  'push-controlled',
  'retrieve-status',
  'inject-privileges',
] as const;

export type SyncFunction = (typeof FUNCTIONS)[number];

/** The functions that can be configured now; the others come later. */
export const AVAILABLE_FUNCTIONS = ['inject-tickets', 'retrieve-status'] as const satisfies readonly SyncFunction[];

export type AvailableFunction = (typeof AVAILABLE_FUNCTIONS)[number];

/** How executions of a schedule begin (domain.md 5.1). */
export const LAUNCHES = ['MANUAL', 'AUTOMATIC'] as const;

export type Launch = (typeof LAUNCHES)[number];

/** Codes of the fields that a ticket's beneficiary may have to have (domain.md 5.1). */
export const HOLDER_FIELDS = [
  'FIRSTNAME',
  'LASTNAME',
  'BIRTHDATE',
  'ID_NUMBER',
  'COUNTRY_CODE',
  'BIRTH_REGION',
  'BIRTH_PLACE',
] as const;

/** Filters that are lists of codes: inside a list OR, between lists AND (domain.md 5.1). */
export const LIST_FILTERS = [
  'salesChannel',
  'season',
  'productFamily',
  'product',
  'activity',
  'performance',
  'tariff',
  'category',
  'shipmentMode',
] as const;

/** Filters on the date of sale: days, yyyy-MM-dd, both included. */
export const DATE_FILTERS = ['saleDateFrom', 'saleDateTo'] as const;

export type WrittenFilters = Readonly<
  Partial<Record<(typeof LIST_FILTERS)[number], readonly string[] | undefined>> &
    Partial<Record<(typeof DATE_FILTERS)[number], string | undefined>>
>;

/** A schedule as someone wrote it: right types, nothing else checked. The fields of all functions; `checkFieldOwners` says which belong to which. */
export interface WrittenSchedule {
  readonly name: string;
  /** Name of the interface. */
  readonly interface: string;
  readonly function: SyncFunction;
  readonly launch: Launch;
  readonly every?: string | undefined;
  readonly cron?: string | undefined;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  readonly batchSize?: number | undefined;
  readonly activationMethod?: 'online' | 'offline' | undefined;
  readonly pointOfSales?: string | undefined;
  readonly filters?: WrittenFilters | undefined;
  readonly fileNumber?: string | undefined;
  readonly barcodeFormat?: { readonly prefix?: string | undefined; readonly suffix?: string | undefined } | undefined;
  readonly mandatoryHolderFields?: readonly (typeof HOLDER_FIELDS)[number][] | undefined;
  readonly mainApplicant?: boolean | undefined;
  readonly force?: string | undefined;
  readonly skip?: string | undefined;
  readonly template?: string | undefined;
  readonly simulation?: boolean | undefined;
  readonly shipmentModes?: readonly string[] | undefined;
  readonly dateFrom?: string | undefined;
  readonly notifySpectator?: boolean | undefined;
}

/** What can be judged of a schedule with mistakes of shape: a field that is missing here may stand there, with a value of a wrong type. */
export type ScheduleParts = { readonly [K in keyof WrittenSchedule]?: WrittenSchedule[K] | undefined };

/** Which fields of a schedule were written, whatever their values are. */
export type WrittenFields = { readonly [K in keyof WrittenSchedule]?: unknown };

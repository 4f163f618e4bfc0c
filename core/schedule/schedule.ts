import type { TicketReferences } from '../force-skip';

/** When an AUTOMATIC schedule starts. `start` and `end` are ISO 8601, with an offset or as local times of the organization's zone (`readTime`). */
export type Timing = (
  { readonly kind: 'every'; readonly everySeconds: number } | { readonly kind: 'cron'; readonly cron: string }
) & { readonly start?: string; readonly end?: string };

/** Where tickets are printed: S-360 prints only through a point of sales. */
export interface PointOfSales {
  readonly salesChannelCode: string;
  readonly posCode: string;
}

/** What an inject-tickets schedule says beside when it runs (domain.md 5.1), defaults filled in. */
export interface InjectTicketsSettings {
  readonly activationMethod: 'online' | 'offline';
  readonly filters: { readonly product?: readonly string[] };
  readonly barcodePrefix: string;
  readonly barcodeSuffix: string;
  readonly mainApplicant: boolean;
  readonly force: TicketReferences;
  readonly skip: TicketReferences;
  readonly simulation: boolean;
}

/** What a retrieve-status schedule says beside when it runs (domain.md 8.2), defaults filled in. */
export interface RetrieveStatusSettings {
  /** Tickets whose records are counted and not applied. */
  readonly skip: TicketReferences;
}

/** What schedules of all functions have. */
interface CommonSchedule {
  readonly name: string;
  readonly interfaceName: string;
  readonly launch: 'MANUAL' | 'AUTOMATIC';
  /** Missing when the launch is MANUAL. */
  readonly timing?: Timing;
  /** Most tickets (of a push) or records (of retrieve-status) of an execution; missing: all that is due, on while there is more. */
  readonly batchSize?: number;
}

/** A checked schedule of inject-tickets. */
export interface InjectTicketsSchedule extends CommonSchedule {
  readonly function: 'inject-tickets';
  readonly pointOfSales: PointOfSales;
  readonly settings: InjectTicketsSettings;
}

/** A checked schedule of retrieve-status. */
export interface RetrieveStatusSchedule extends CommonSchedule {
  readonly function: 'retrieve-status';
  readonly settings: RetrieveStatusSettings;
}

/** A checked schedule. Schedules of the other functions join this union when those functions are available. */
export type Schedule = InjectTicketsSchedule | RetrieveStatusSchedule;

/** Something to look at that does not keep a schedule from being saved. */
export interface ScheduleWarning {
  readonly field: string;
  readonly message: string;
}

/** One ticket as the database gives it to message building. Instants are ISO 8601 with `Z` or an offset; what S-360 left empty is null. */
export interface TicketSnapshot {
  /** S-360's ticket id, a decimal number that may exceed 2^53. */
  readonly id: string;
  /** Fiscal number printed on the ticket (S-360: tax number). */
  readonly ticketNumber: string | null;
  readonly status: string;
  /** Decimal amount in `currency`, for instance `45.50`. */
  readonly price: string | null;
  readonly currency: string | null;
  readonly barcode: string | null;
  /** S-360's file (order) number. */
  readonly fileId: string | null;
  readonly soldAt: string | null;
  readonly validFrom: string | null;
  readonly validTo: string | null;
  readonly gate: string | null;
  readonly block: string | null;
  readonly row: string | null;
  readonly seat: string | null;
  readonly sortingKey: string | null;
  readonly tariffName: string | null;
  readonly categoryName: string | null;
  /** Who gets the ticket (domain.md 5.3); the selection chooses the contact. */
  readonly receiver: ContactSnapshot | null;
  readonly purchaser: ContactSnapshot | null;
  /** The name written on the ticket. */
  readonly beneficiary: ContactSnapshot | null;
}

/** A contact of S-360. Dates are yyyy-MM-dd, countries ISO 3166-1 alpha-2, the language ISO 639-1; message building checks them. */
export interface ContactSnapshot {
  readonly title: string | null;
  readonly gender: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly email: string | null;
  readonly dateOfBirth: string | null;
  readonly nationality: string | null;
  readonly idNumber: string | null;
  readonly mobilePhone: string | null;
  readonly country: string | null;
  readonly language: string | null;
  readonly birthRegion: string | null;
  readonly birthPlace: string | null;
}

/** What a ticket admits to: a performance, or the product for open passes and services, which have no `startsAt`. */
export interface EventSnapshot {
  /** Id of the performance, or of the product where there is no performance. */
  readonly id: string;
  readonly name: string | null;
  readonly site: SiteSnapshot | null;
  readonly startsAt: string | null;
  readonly durationMinutes: number | null;
  /** The competition or product that the event belongs to. */
  readonly group: { readonly name: string; readonly image: string | null } | null;
  readonly website: string | null;
  readonly imageUrl: string | null;
  /** The product's wallet rules, as stored: a JSON object under the names of `TransferRulesMessage`, which message building checks. */
  readonly transferRules: object | null;
}

/** A venue. `timeZone` is an IANA name; without one the organization's zone counts. */
export interface SiteSnapshot {
  readonly name: string | null;
  readonly city: string | null;
  readonly countryCode: string | null;
  readonly zip: string | null;
  readonly line1: string | null;
  readonly line2: string | null;
  readonly line3: string | null;
  readonly timeZone: string | null;
}

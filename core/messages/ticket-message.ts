/**
 * The JSON of one ticket as TIXNGO takes it (tixngo-api.md, "Ticket to inject"). Dates are RFC 3339 strings, lengths are checked before.
 * Fields whose value comes from S-360 are optional even where TIXNGO requires them: with `enforceMandatoryParameters=false`
 * (domain.md 4) a ticket that lacks data is sent as it is. The OpenAPI document says what TIXNGO requires.
 * A property that is undefined does not travel: JSON leaves it out.
 */
export interface TicketMessage {
  readonly ticketId: string;
  readonly event: EventMessage;
  readonly activationParameters: {
    readonly method: 'online' | 'offline';
    readonly time?: string;
    readonly groupId?: string;
  };
  readonly security: { readonly barcode?: string | undefined };
  readonly purchaseDetails: PurchaseDetailsMessage;
  readonly spectatorDetails: SpectatorDetailsMessage;
  readonly holder?: HolderMessage | undefined;
  readonly sortingKey?: string | undefined;
  readonly imageUrl?: string | undefined;
  readonly ticketDetails?:
    | {
        readonly main?: readonly KeyValue[];
        readonly extra?: readonly KeyValue[];
        readonly hidden?: readonly KeyValue[];
      }
    | undefined;
  readonly transferRules?: TransferRulesMessage;
}

export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

export interface EventMessage {
  readonly id: string;
  readonly name?: string;
  readonly address?: {
    readonly site?: string;
    readonly city?: string;
    readonly countryCode?: string;
    readonly zip?: string;
    readonly line1?: string;
    readonly line2?: string;
    readonly line3?: string;
  };
  readonly startTime?: string;
  readonly expirationDate?: string;
  readonly group?: { readonly name: string; readonly image?: string };
  readonly website?: string;
  readonly metadata?: readonly KeyValue[];
}

export interface PurchaseDetailsMessage {
  /** Decimal amount in `currency`, a JSON number. */
  readonly price?: number | undefined;
  readonly currency?: string | undefined;
  readonly category?: string | undefined;
  readonly tariff?: string | undefined;
  readonly taxNumber?: string | undefined;
  readonly fileId?: string | undefined;
  readonly purchaseDate?: string | undefined;
  readonly mainApplicant: boolean;
}

export interface SpectatorDetailsMessage {
  readonly title?: string | undefined;
  readonly gender?: 'M' | 'F' | 'U' | 'X' | undefined;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  readonly email?: string | undefined;
  /** yyyy-MM-dd. */
  readonly dateOfBirth?: string | undefined;
  /** ISO 3166-1 alpha-2. */
  readonly nationality?: string | undefined;
  readonly idCardNumber?: string | undefined;
  readonly phoneNumber?: string | undefined;
  readonly residenceCountry?: string | undefined;
  /** ISO 639-1. */
  readonly language?: string | undefined;
}

export interface HolderMessage {
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  readonly dateOfBirth?: string | undefined;
  readonly idCardNumber?: string | undefined;
  readonly residenceCountry?: string | undefined;
}

/** Wallet rules of a product; -1 means unlimited. Stored as JSON on the product under these names. */
export interface TransferRulesMessage {
  readonly groupId?: string;
  readonly maxNumberOfTicketPerPhoneInGroupId?: number;
  readonly maxNumberOfTransferPerPhoneInGroupId?: number;
  readonly maxNumberOfTransferPerTicketInGroupId?: number;
  readonly assignTransferLimit?: number;
  readonly allowTransfer?: boolean;
  readonly allowTransferMainApplicant?: boolean;
  readonly allowTransferAfterActivation?: boolean;
  readonly allowTransferAfterActivationByBT?: boolean;
  readonly allowReturnToOrganizer?: boolean;
  readonly allowReturnToOrganizerForInitialSpectator?: boolean;
}

/** Codes of our own refusals (domain.md 6, REFUSED by our own check); TIXNGO's codes come from its answers. */
export const REFUSAL_CODES = [
  'REQUIRED_FIELD_MISSING',
  'TOO_LONG',
  'BAD_CHARACTER',
  'BAD_TICKET_ID',
  'BAD_EMAIL',
  'BAD_GENDER',
  'BAD_COUNTRY',
  'BAD_LANGUAGE',
  'BAD_DATE',
  'BAD_TIME_ZONE',
  'BAD_PRICE',
  'BAD_TRANSFER_RULE',
] as const;

/** Why our own check refused a ticket. */
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** Why a ticket is not sent: `field` is the path in the message, `message` says what is wrong and allowed, without any value of the ticket. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly field: string;
  readonly message: string;
}

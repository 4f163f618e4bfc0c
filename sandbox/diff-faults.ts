import { z } from 'zod';
import { when } from './fault-when';

/** What can be wrong with a page of the diff as a whole (reliability.md F21, F22). */
export const pageFault = z.strictObject({
  kind: z.literal('page'),
  ...when,
  how: z.enum([
    /** The records are told, the key that was asked with comes back, `hasMore` is true. */
    'key-stuck',
    /** The same with the key of an earlier page. */
    'key-back',
    /** The same with an empty key. */
    'key-empty',
    /** No record, another key each time, `hasMore` is true. */
    'endless',
    /** The page before once more, with its key. */
    'repeated',
    /** The newest record comes first. */
    'reversed',
    /** Some records are held back and told by the next page, after newer ones. Nothing is lost: the key says which. */
    'late',
  ]),
});

/** What can be wrong with records (reliability.md F23). */
export const recordsFault = z.strictObject({
  kind: z.literal('records'),
  ...when,
  how: z.enum([
    'unknown-status',
    'missing-field',
    'wrong-type',
    'extra-field',
    /** 1 MB of ticket details. */
    'huge-details',
    /** Born on a 30 February. */
    'birth-date',
    /** E-mails that are none. */
    'email',
    /** A ticket that nobody knows. */
    'unknown-ticket',
    /** A ticket whose id is no number. */
    'odd-ticket',
    /** Characters that Postgres cannot store: NUL and half a surrogate pair. */
    'odd-characters',
  ]),
  /** For `missing-field` and `wrong-type`; `changedAt` when absent. */
  field: z.string().optional(),
  /** The records of these tickets; absent: the first ones of the page. */
  ticketIds: z.array(z.string()).optional(),
  /** How many records of a page at most. */
  most: z.int().min(1).default(1),
  /** `beside`: the true record is told too, so that nothing is lost; the page is longer by that. */
  place: z.enum(['instead', 'beside']).default('instead'),
});

/** Refuses a pagination key that is not empty; a reading from the beginning goes on (reliability.md F24). */
export const expiredKeyFault = z.strictObject({
  kind: z.literal('expired-key'),
  ...when,
  status: z.union([z.literal(400), z.literal(410)]).default(400),
});

export type PageFault = z.output<typeof pageFault>;
export type RecordsFault = z.output<typeof recordsFault>;

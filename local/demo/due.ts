import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { z } from 'zod';
import type { SeasonFiles } from '../season/season';

/** A ticket of the import file that waits for injection, as the wallet has to hold it. */
export interface DueTicket {
  /** The ticket's id in S-360, as TIXNGO is told it. */
  readonly ticketId: string;
  readonly ticketNumber: string;
  readonly organization: string;
  readonly product: string;
  readonly barcode: string;
  /** E-mail of the cultural contact: whose wallet it is (domain.md 5.3). */
  readonly ownerEmail: string;
}

const ticketRow = z.object({
  id: z.string(),
  ticketNumber: z.string(),
  organization: z.string(),
  product: z.string(),
  status: z.string(),
  barcode: z.string(),
  culturalContact: z.string(),
});
const contactRow = z.object({ id: z.string(), email: z.string() });

/** Reads the files themselves, not our database, for what is due; in the order of the file, which is that of the ids. `signal` gives it up. */
export async function readDueTickets(files: SeasonFiles, signal?: AbortSignal): Promise<readonly DueTicket[]> {
  const emails = new Map<string, string>();
  for await (const row of readRows(files.contacts)) {
    signal?.throwIfAborted();
    const { id, email } = contactRow.parse(row);
    emails.set(id, email);
  }
  const due: DueTicket[] = [];
  for await (const row of readRows(files.tickets)) {
    signal?.throwIfAborted();
    const { id, status, culturalContact, ...ticket } = ticketRow.parse(row);
    if (status !== 'NOT_PRINTED') continue;
    const ownerEmail = emails.get(culturalContact);
    if (ownerEmail === undefined) throw new Error(`Ticket ${id} names a contact that the file of contacts lacks`);
    due.push({
      ticketId: id,
      ownerEmail,
      ticketNumber: ticket.ticketNumber,
      organization: ticket.organization,
      product: ticket.product,
      barcode: ticket.barcode,
    });
  }
  return due;
}

function readRows(file: string): AsyncIterable<unknown> {
  return createReadStream(file).pipe(parse({ columns: true }));
}

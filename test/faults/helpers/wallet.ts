import { type Left, readLeft } from '../../../bench/check-pull';
import { openStatements } from '../../../db/statements';
import { expectAllRead, type ReadOutside } from '../../helpers/reading';

/** What a reading leaves behind by L1 to L4 of reliability.md, counted from outside. */

/** Where a pagination key of the stand-in stands: the next record to tell, and how many before it were held back. */
export function placeOf(key: string): { readonly next: number; readonly owed: number } {
  if (key === '') return { next: 0, owed: 0 };
  const [next = '', , ...rest] = Buffer.from(key, 'base64url').toString('latin1').split('.');
  // The last part is the signature.
  return { next: Number.parseInt(next, 36), owed: rest.length - 1 };
}

/**
 * L2: as many changes are on record or put aside as were told up to the cursor. One snapshot, so it holds at any moment; gives that number.
 * The stand-in's numbers are those of all its changes: one that was told of another ticket in between counts once. `more`: a page without
 * progress is applied and does not move the cursor, so that more may be known.
 */
export async function expectAtCursor(outside: ReadOutside, more?: 'more'): Promise<number> {
  const [row] = await outside.query<{ key: string; known: number }>(
    `select coalesce((select pagination_key from retrieve_cursor), '') as key,
       (select count(*)::integer from (
         select change_number::text from mobile_ticket_history
         union select case jsonb_typeof(record -> 'changeNumber') when 'number' then record ->> 'changeNumber' else identity end
           from put_aside) known) as known`,
  );
  const { next, owed } = placeOf(row?.key ?? '');
  if (more === undefined) expect(row?.known).toBe(next - owed);
  else expect(row?.known).toBeGreaterThanOrEqual(next - owed);
  return next;
}

/** L1, L2 and L4: everything is on record once, the cursor is at the end, and `readAgain` changes nothing. */
export async function expectReadAndStill(
  outside: ReadOutside,
  url: string,
  readAgain: () => Promise<unknown>,
): Promise<Left> {
  await expectAllRead(outside);
  const { count } = await outside.admin.changeSummary();
  expect(await expectAtCursor(outside)).toBe(count);
  const left = await readLeft(url);
  await readAgain();
  expect(await readLeft(url)).toEqual(left);
  return left;
}

/** What stands now is what an undisturbed reading of the same records from the same beginning leaves, contacts and distribution too. */
export async function expectAsUndisturbed(
  outside: ReadOutside,
  url: string,
  { putBack, read }: { readonly putBack: () => Promise<void>; readonly read: () => Promise<unknown> },
): Promise<Left> {
  const left = await readLeft(url);
  await putBack();
  await read();
  expect(left).toEqual(await expectReadAndStill(outside, url, read));
  return left;
}

const tablesRead = [
  'wallet_contact',
  'distribution',
  'mobile_ticket',
  'mobile_ticket_history',
  'put_aside',
  'retrieve_cursor',
];

/** Keeps what a reading changes, so that the same records can be read from the same beginning; the result puts it back. */
export async function keepBeforeReading(url: string): Promise<() => Promise<void>> {
  await run(url, [
    'drop schema if exists before_reading cascade',
    'create schema before_reading',
    ...['contact', 'ticket', 'processed'].map((table) => `create table before_reading.${table} as table ${table}`),
  ]);
  return () =>
    run(url, [
      ...tablesRead.map((table) => `delete from ${table}`),
      `update ticket t set status = b.status, printed_at = b.printed_at, current_contact_id = b.current_contact_id
       from before_reading.ticket b where b.id = t.id`,
      `delete from processed p where not exists (
         select from before_reading.processed b where b.ticket_id = p.ticket_id and b.function = p.function)`,
      'delete from contact c where not exists (select from before_reading.contact b where b.id = c.id)',
      `do $$ begin
         if exists (table before_reading.contact except table contact) then
           raise exception 'A contact of the season was changed: it cannot be put back';
         end if;
       end $$`,
    ]);
}

async function run(url: string, statements: readonly string[]): Promise<void> {
  const database = openStatements({ url, connections: 1 });
  try {
    for (const statement of statements) await database.pool.query(statement);
  } finally {
    await database.close();
  }
}

import { isWalletRecord, parseRecord } from '../../core/messages/parse-wallet-record';
import type { TicketState } from '../../core/retrieve-status/page-state';
import type { PutAsideRecord, WalletRecord } from '../../core/retrieve-status/wallet-record';
import { forgetRetries, listReadyPutAside, type ReadyPutAside } from '../../db/queries/retrieve-status/put-aside';
import { OpenPage } from './page';
import { endRun, type Reader } from './reader';
import type { Step } from './step';

interface ReadyRecord {
  readonly id: string;
  readonly record: WalletRecord;
}

interface ReadyPage {
  readonly records: readonly ReadyRecord[];
  /** Records of tickets that are not skipped any more, which cannot be applied all the same: they are put aside for that. */
  readonly putAside: readonly PutAsideRecord[];
}

/**
 * Applies records that were put aside and can be applied now, by the same code as a page; the cursor does not move (domain.md 8.3). Each row is
 * looked at once per activity: one that still cannot be applied stays put aside, and an operator's wish to try it is done with.
 */
export async function applyReady(reader: Reader): Promise<Step> {
  const { world, organizer, settings, beat } = reader;
  let after = '0';
  while (!beat.isCancelled()) {
    const ready = await listReadyPutAside(world.database, { organizer, after, limit: settings.batchSplitSize });
    const last = ready.at(-1);
    if (last === undefined) return 'on';
    after = last.id;
    const { records, putAside } = toReady(ready);
    let applied: readonly string[] = [];
    if (records.length + putAside.length > 0) {
      const page = { records: records.map(({ record }) => record), putAside };
      const written = await new OpenPage(reader, page).write({
        move: (known) => {
          applied = appliedIds(records, known);
          return { putAside: applied };
        },
        stays: 'The cursor stays where it is',
      });
      if (written.kind === 'refused') {
        await endRun(reader, written.reason);
        return 'ending';
      }
      // Another writer was quicker: the next activity finds what is left.
      if (written.kind === 'moved') return 'on';
    }
    const inVain = ready.filter(({ id, retryWanted }) => retryWanted && !applied.includes(id));
    if (inVain.length > 0)
      await forgetRetries(
        world.database,
        inVain.map(({ id }) => id),
      );
  }
  return 'on';
}

function toReady(rows: readonly ReadyPutAside[]): ReadyPage {
  const records: ReadyRecord[] = [];
  const putAside: PutAsideRecord[] = [];
  for (const { id, identity, kept, json } of rows) {
    const record = parseRecord(JSON.parse(json), json);
    if (isWalletRecord(record)) records.push({ id, record });
    else if (kept) putAside.push({ ...record, identity });
  }
  return { records, putAside };
}

/** All but those whose ticket is not there, or skipped: they stay put aside, whoever wants them tried again. */
function appliedIds(
  records: readonly ReadyRecord[],
  { tickets }: { readonly tickets: ReadonlyMap<string, Pick<TicketState, 'skipped'>> },
): readonly string[] {
  return records.filter(({ record }) => tickets.get(record.ticketId)?.skipped === false).map(({ id }) => id);
}

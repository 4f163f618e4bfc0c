import { isWalletRecord, parseRecord } from '../../core/messages/parse-wallet-record';
import { describeBrokenContract, isContractBroken } from '../../core/retrieve-status/progress';
import type { PutAsideRecord, WalletRecord } from '../../core/retrieve-status/wallet-record';
import type { Stand } from '../../db/queries/retrieve-status/read-stand';
import { readRecords } from '../../db/queries/retrieve-status/upload-records';
import { OpenPage } from './page';
import { endRun, type Reader } from './reader';
import type { Stepped } from './step';

/** The next records of an upload, applied as if TIXNGO had sent them; the cursor does not move (domain.md 8.2). */
export async function applyUploadPage(reader: Reader, stand: Stand, upload: number): Promise<Stepped> {
  const { world, settings } = reader;
  const from = stand.uploadPosition;
  const lines = await readRecords(world.database, { upload, after: from, limit: settings.batchSplitSize });
  const last = lines.at(-1);
  if (last === undefined) return { step: 'done' };
  const records: WalletRecord[] = [];
  const putAside: PutAsideRecord[] = [];
  for (const line of lines) {
    const record = parseRecord(JSON.parse(line.record), line.record);
    if (isWalletRecord(record)) records.push(record);
    else putAside.push(record);
  }
  const page = { records, putAside };
  const stays =
    `Records ${(from + 1).toString()} to ${last.position.toString()} of the file and those after them are not applied: ` +
    'once the cause is mended, give the file again';
  if (isContractBroken(page)) return await end(reader, describeBrokenContract(page, stays));
  const written = await new OpenPage(reader, page).write({
    move: () => ({ uploadPosition: { from, to: last.position } }),
    stays,
  });
  if (written.kind === 'refused') return await end(reader, written.reason);
  return written.kind === 'written' ? { step: 'on', stand: written.stand } : { step: 'on' };
}

async function end(reader: Reader, reason: string): Promise<Stepped> {
  await endRun(reader, reason);
  return { step: 'ending' };
}

import { count } from '../core/count';
import { copyRecords } from '../db/queries/retrieve-status/upload-records';
import type { ScheduleRow } from '../db/queries/operations/list-schedules';
import { CommandFailure } from './failure';
import type { Session } from './session';
import { readRecordsFile } from './upload/records-file';

/** Between two remarks on how far the file is read. */
const TALK_MS = 5_000;

/** Keeps the records of a file for a run of the schedule, all or none; gives the number of the upload. */
export async function uploadRecords(session: Session, schedule: ScheduleRow, file: string): Promise<number> {
  const { upload, records } = await copyRecords(await session.database(), {
    scheduleId: schedule.id,
    who: session.who,
    records: tellProgress(session, file),
  });
  session.screen.talk(`${count(records, 'record')} of ${file} kept as upload ${String(upload)}`);
  return upload;
}

async function* tellProgress({ screen }: Session, file: string): AsyncGenerator<readonly string[]> {
  let [records, toldAt] = [0, performance.now()];
  for await (const batch of readRecordsFile(file)) {
    yield batch;
    records += batch.length;
    if (performance.now() - toldAt < TALK_MS) continue;
    toldAt = performance.now();
    screen.talk(`${count(records, 'record')} read`);
  }
  if (records === 0) throw new CommandFailure(1, `The file ${file} holds no record: nothing was changed`);
}

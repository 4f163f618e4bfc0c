import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importFile, type ImportKind } from '../cli/import/import-file';
import { openDatabase, type Database } from '../db/database';
import { migrate } from '../db/migrate';
import { startPostgres } from '../local/postgres';
import { writeSeason } from '../local/season';

/**
 * Measures `tixngo import`: a season's contacts and tickets, all keys filled, into an empty database with fsync on. Prints rows a second
 * and this process's peak memory. `node dist/bench/import.js [tickets]`, 1,000,000 unless given.
 */
async function main(tickets: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'import-bench-'));
  const postgres = await startPostgres({
    folder: join(folder, 'postgres'),
    logFolder: folder,
    durable: true,
    temporary: true,
  });
  try {
    const files = await writeSeason(join(folder, 'season'), { seed: 1, tickets });
    await migrate(postgres.url);
    const database = await openDatabase({ url: postgres.url });
    try {
      console.log('file         rows      seconds   rows/s   peak MB so far');
      await measure(database, 'catalogue', files.catalogue);
      await measure(database, 'contacts', files.contacts);
      await measure(database, 'tickets', files.tickets);
      console.log('the same again');
      await measure(database, 'tickets', files.tickets);
    } finally {
      await database.close();
    }
  } finally {
    await postgres.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(database: Database, kind: ImportKind, file: string): Promise<void> {
  const start = performance.now();
  const report = await importFile({ database, kind, file });
  if (report.rejectedTotal > 0)
    throw new Error(`The season's ${kind} were refused: ${report.rejected[0]?.reason ?? ''}`);
  const seconds = (performance.now() - start) / 1_000;
  const peakMb = process.resourceUsage().maxRSS / 1_024;
  const cells = [
    kind.padEnd(10),
    pad(report.rows, 9),
    pad(seconds.toFixed(1), 11),
    pad(Math.round(report.rows / seconds), 9),
  ];
  console.log(`${cells.join(' ')} ${pad(Math.round(peakMb), 9)}`);
}

function pad(value: number | string, width: number): string {
  return String(value).padStart(width);
}

main(Number(process.argv[2] ?? 1_000_000)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

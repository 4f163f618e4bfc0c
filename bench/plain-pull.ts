import { openDatabase } from '../db/database';
import { loadConfig } from '../config/environment';
import type { DiffPage } from '../core/retrieve-status/wallet-record';
import { readSecret } from '../config/secret';
import { findInterface } from '../db/queries/find-interface';
import { parseAllowedHosts } from '../core/interface-url';
import { openTixngoClient, type TixngoClient } from '../tixngo/client';
import { keyReference } from './plain-job';
import type { PlainMessage } from './plain-messages';
import { openWalletMemory } from './plain-wallets';
import { writeWallets } from './plain-write';

/** Records a call, as `batchSplitSize` has it when nothing is set. */
const pageSize = 1_000;

/**
 * The practical lower bound of a read-back (performance.md): the same pages, reader and tables, each page written by one upsert while the next
 * one is fetched. Who holds which ticket is kept in memory from page to page, and records are taken to come once and in order: no cursor, no
 * locks, nothing read back, nothing put aside. When it dies, nobody knows what was read.
 *
 * `plain-pull INTERFACE`
 */
async function main(name: string): Promise<void> {
  const config = loadConfig();
  const database = await openDatabase({ url: config.databaseUrl, applicationName: 'plain pull' });
  const found = await findInterface(database, name);
  if (found === undefined) throw new Error(`There is no interface ${name}`);
  const client = openTixngoClient({
    url: found.url,
    apiKey: readSecret(keyReference.parse(found.apiKeyReference)),
    allowedHosts: parseAllowedHosts(config.tixngo.allowedHosts.join(',')).hosts,
    apiKeyHeader: config.tixngo.apiKeyHeader,
  });
  // Until it is ended: the bench reads this process's figures after its last word.
  setInterval(() => undefined, 60_000);
  tell({ kind: 'ready' });
  const start = performance.now();
  const wallets = await openWalletMemory(database);
  let records = 0;
  for (let fetching: Promise<DiffPage> | undefined = fetchPage(client, ''); fetching !== undefined;) {
    const page: DiffPage = await fetching;
    fetching = page.hasMore ? fetchPage(client, page.paginationKey) : undefined;
    // A failure of the next fetch shows when it is awaited.
    fetching?.catch(() => undefined);
    await writeWallets(database.pool, wallets.take(page.records));
    records += page.records.length;
  }
  tell({ kind: 'done', seconds: (performance.now() - start) / 1_000, delivered: records });
}

async function fetchPage(client: TixngoClient, paginationKey: string): Promise<DiffPage> {
  const answer = await client.diff({ paginationKey, limit: pageSize });
  if (answer.kind !== 'page') throw new Error('The API refused a pagination key');
  if (answer.page.putAside.length > 0) throw new Error('The API gave a record that cannot be applied');
  return answer.page;
}

function tell(message: PlainMessage): void {
  console.log(JSON.stringify(message));
}

main(process.argv[2] ?? '').catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importFile, type ImportFileOptions, type ImportKind, type ImportReport } from '../../cli/import/import-file';
import type { Database } from '../../db/database';
import { openStatements } from '../../db/statements';
import { cloneDatabase } from '../helpers/database';

/** A migrated database of its own with a small catalogue, and a folder for files. */
export interface ImportFixture {
  readonly database: Database;
  readonly url: string;
  readonly folder: string;
  /** Writes `content` to a file and imports it. */
  load(
    kind: ImportKind,
    content: string | Buffer,
    options?: Pick<ImportFileOptions, 'rejectsFile' | 'onCommit'>,
  ): Promise<ImportReport>;
  /** The rows of a query, as pg gives them. */
  query(sql: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

export async function openImportFixture(name: string): Promise<ImportFixture> {
  const clone = await cloneDatabase(name);
  const database = openStatements({ url: clone.url, connections: 4 });
  const folder = mkdtempSync(join(tmpdir(), 'import-test-'));
  let files = 0;
  return {
    database,
    url: clone.url,
    folder,
    load(kind, content, options = {}) {
      const file = join(folder, `file-${String(files++)}`);
      writeFileSync(file, content);
      return importFile({ database, kind, file, ...options });
    },
    async query(sql, values = []) {
      const { rows } = await database.pool.query<Record<string, unknown>>(sql, [...values]);
      return rows;
    },
    async close() {
      await database.close();
      await clone.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Two organizations with a product, a performance, a tariff, a category and a shipment mode each. */
export const CATALOGUE = ['FCX', 'OTHER']
  .flatMap((organization) => [
    {
      kind: 'performance',
      organization,
      product: 'LEAGUE',
      code: 'M1',
      name: 'M',
      site: 'S',
      startsAt: '2027-05-01T18:00:00Z',
    },
    { kind: 'product', organization, code: 'LEAGUE', name: 'League', family: 'COMPETITION', season: '2027' },
    { kind: 'product', organization, code: 'CUP', name: 'Cup', family: 'COMPETITION' },
    {
      kind: 'season',
      organization,
      code: '2027',
      name: '27',
      startsAt: '2027-01-01T00:00:00Z',
      endsAt: '2028-01-01T00:00:00Z',
    },
    { kind: 'site', organization, code: 'S', name: 'Stadium', timeZone: 'Europe/Zurich', country: 'CH' },
    { kind: 'tariff', organization, code: 'ADULT', name: 'Adult' },
    { kind: 'category', organization, code: 'C1', name: 'Category 1' },
    { kind: 'shipment_mode', organization, code: 'MOBILE', name: 'Mobile' },
    { kind: 'point_of_sales', organization, salesChannel: 'WEB', pos: 'W1', name: 'Web' },
    { kind: 'organization', code: organization, name: organization, timeZone: 'Europe/Zurich' },
  ])
  .map((line) => JSON.stringify(line))
  .join('\n');

export const CONTACTS = 'id,firstName,lastName,email\n1,Ana,Ruiz,ana@example.org\n2,Bo,Li,bo@example.org\n';

/** A ticket of FCX with all its keys, as an NDJSON line; `changes` replace or add. */
export function ticket(id: number, changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    id,
    organization: 'FCX',
    ticketNumber: `N${String(id)}`,
    product: 'LEAGUE',
    performance: 'M1',
    tariff: 'ADULT',
    category: 'C1',
    shipmentMode: 'MOBILE',
    price: '45.50',
    currency: 'CHF',
    purchaser: 1,
    culturalContact: 2,
    beneficiary: 2,
    ...changes,
  });
}

export function lines(...rows: readonly string[]): string {
  return `${rows.join('\n')}\n`;
}

/** A text that matches, for use inside an expected object: typed, unlike what Jest gives. */
export function textLike(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}

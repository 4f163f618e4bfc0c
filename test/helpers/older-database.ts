import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { type MappedDatabase, openDatabase } from '../../db/database';
import { testServers } from './servers';

/** A new database as it stood after a migration. */
export interface OlderDatabase {
  readonly database: MappedDatabase;
  close(): Promise<void>;
}

export async function openOlderDatabase(subject: string, migration: string): Promise<OlderDatabase> {
  const name = `test_${subject}_${randomBytes(5).toString('hex')}`;
  const { postgresUrl } = testServers();
  const admin = new Client({ connectionString: postgresUrl });
  await admin.connect();
  await admin.query(`create database ${name}`);
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  const database = await openDatabase({ url: url.href, connections: 2 });
  await database.orm.migrator.up({ to: migration });
  return {
    database,
    close: async () => {
      await database.close();
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}

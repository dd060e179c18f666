/** A migrated database of its own for one benchmark. */
import { randomUUID } from 'node:crypto';
import { connect, type Reader } from '../../db/client.ts';
import { migrateToLatest } from '../../db/migrate.ts';
import { administer, databaseAddress } from '../support/database.ts';

export type BenchDatabase = {
  readonly url: string;
  readonly db: Reader;
  /** Removes the database, connections included. */
  readonly close: () => Promise<void>;
};

/** Creates and migrates `lianshao_bench_<name>_…` on `server`; long statements are allowed. */
export async function openBenchDatabase(server: string, name: string): Promise<BenchDatabase> {
  const database = `lianshao_bench_${name}_${randomUUID().slice(0, 8)}`;
  await administer(server, `create database ${database}`);
  const url = databaseAddress(server, database);
  await migrateToLatest(url);
  const db = connect(url, 4, 0);
  return {
    url,
    db,
    close: async () => {
      await db.destroy();
      await administer(server, `drop database if exists ${database} with (force)`);
    },
  };
}

/** Databases of the benchmarks on one server. */
import { Client } from 'pg';
import { administer, databaseAddress } from '../support/database.ts';

/** Names of those that are there, and the server each is on. */
const present = new Map<string, string>();
let created = 0;

/** A new database; a clone of the database `template` when one is named. */
export async function createDatabase(
  server: string,
  purpose: string,
  template?: string,
): Promise<{ readonly name: string; readonly url: string }> {
  const name = `lianshao_bench_${process.pid}_${purpose}_${created}`;
  created += 1;
  const from = template === undefined ? '' : ` template ${template}`;
  await administer(server, `create database ${name}${from}`);
  present.set(name, server);
  return { name, url: databaseAddress(server, name) };
}

/** Removes one of them, connections included. */
export async function dropDatabase(server: string, name: string): Promise<void> {
  await administer(server, `drop database if exists ${name} with (force)`);
  present.delete(name);
}

/** Removes what an interrupted run would leave behind. */
export async function dropDatabases(): Promise<void> {
  for (const [name, server] of present) await dropDatabase(server, name).catch(() => undefined);
}

/** The rows of one query on a connection of its own. */
export async function queryOnce<T extends object>(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}

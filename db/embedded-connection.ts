/** The loopback door of the embedded PostgreSQL: a port, an address, a proof that it is ours. */
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { Client } from 'pg';

export const EMBEDDED_HOST = '127.0.0.1';
export const EMBEDDED_USER = 'lianshao';
const DATABASE = 'lianshao';
const ANSWER_PATIENCE_MS = 2_000;

export type Access = { readonly port: number; readonly password: string };

/** The connection address of a database on the embedded server. */
export function addressOf(access: Access, database: string = DATABASE): string {
  return `postgres://${EMBEDDED_USER}:${access.password}@${EMBEDDED_HOST}:${access.port}/${database}`;
}

/** The preferred loopback port (0 = any), null when it is taken. */
export function freePort(preferred: number): Promise<number | null> {
  return new Promise((settle) => {
    const probe = createServer();
    probe.once('error', () => settle(null));
    probe.listen(preferred, EMBEDDED_HOST, () => {
      const address = probe.address();
      const port = address !== null && typeof address === 'object' ? address.port : null;
      probe.close(() => settle(port));
    });
  });
}

/** True when the server of exactly this cluster answers with this password within two seconds. */
export async function answers(cluster: string, access: Access): Promise<boolean> {
  const client = new Client({
    connectionString: addressOf(access, 'postgres'),
    connectionTimeoutMillis: ANSWER_PATIENCE_MS,
    query_timeout: ANSWER_PATIENCE_MS,
  });
  // A server that dies while it is being asked must not take the process with it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const reply = await client.query<{ directory: string }>(
      "select current_setting('data_directory') as directory",
    );
    return resolve(reply.rows[0]?.directory ?? '') === resolve(cluster);
  } catch {
    return false;
  } finally {
    void client.end().catch(() => undefined);
  }
}

/** Creates the product's database when it is not there. */
export async function ensureDatabase(access: Access): Promise<void> {
  const client = new Client({ connectionString: addressOf(access, 'postgres') });
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

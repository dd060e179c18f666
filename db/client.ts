/** Opens the database. Dates stay text (`YYYY-MM-DD`) and bigint counts become numbers, so no row carries a guessed zone. */
import { type ControlledTransaction, Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import type { Database } from './schema.ts';

/** A connection or transaction to read with. */
export type Reader = Kysely<Database>;
/** An open transaction. */
export type Writer = Transaction<Database>;
/** A transaction whose end the holder decides. */
export type HeldTransaction = ControlledTransaction<Database>;

const DATE_OID = 1082;
const BIGINT_OID = 20;

/** A connection pool for `url`; `size` connections (16 serves a web process); a statement may take `statementMs`, 0 = any time. */
export function connect(url: string, size = 16, statementMs = 60_000): Kysely<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    types: { getTypeParser: parserOf },
    // A silent server must not hold a click or a pump for ever.
    connectionTimeoutMillis: 10_000,
    statement_timeout: statementMs,
  });
  // A broken connection is replaced by the pool; without listeners it would end the process: the pool's own one
  // covers idle connections, the connection's one those that are between two statements of a transaction.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}

const parserOf: typeof pg.types.getTypeParser = (oid: number, format?: unknown) => {
  if (oid === DATE_OID) return (text: string) => text;
  if (oid === BIGINT_OID) return (text: string) => Number(text);
  return format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid);
};

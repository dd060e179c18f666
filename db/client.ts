/** Opens the database. Dates stay text (`YYYY-MM-DD`) and bigint counts become numbers, so no row carries a guessed zone. */
import { type ControlledTransaction, Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import { createStatementNames } from './prepared.ts';
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
    Client: PooledClient,
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

const nameOf = createStatementNames();

/** Sends statements that come again under a name of their own, and closes itself when the server has given it up. */
class PooledClient extends pg.Client {
  // The overloads of the base class cannot be repeated here; what arrives is passed on as it came.
  override query(...args: unknown[]): never {
    const [text, values] = args;
    const name = typeof text === 'string' && Array.isArray(values) ? nameOf(text) : undefined;
    const given = name === undefined ? args : [{ name, text, values }, ...args.slice(2)];
    const result: unknown = Reflect.apply(super.query, this, given);
    return (result instanceof Promise ? this.#closingWhenLost(result) : result) as never;
  }

  /** The pool would hand out a dead connection again before it hears of its end. */
  async #closingWhenLost(result: Promise<unknown>): Promise<unknown> {
    try {
      return await result;
    } catch (error) {
      const isLost = error instanceof pg.DatabaseError && error.severity === 'FATAL';
      if (isLost) this.end().catch(() => undefined);
      throw error;
    }
  }
}

const parserOf: typeof pg.types.getTypeParser = (oid: number, format?: unknown) => {
  if (oid === DATE_OID) return (text: string) => text;
  if (oid === BIGINT_OID) return (text: string) => Number(text);
  return format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid);
};

/** Work that only one process may do at a time. The lock ends with the connection, so a dead process frees it. */
import { type Kysely, sql } from 'kysely';
import type { Database } from './schema.ts';

/**
 * - `kept`: this process has had its turn all along
 * - `taken`: it has just begun; another one may have worked until a moment ago
 * - `elsewhere`: another process has it
 */
export type TurnState = 'kept' | 'taken' | 'elsewhere';

export type Turn = {
  /** Takes the turn or makes sure that it is still this process's. */
  readonly take: () => Promise<TurnState>;
  /** Gives it up; without that it lasts as long as the process. */
  readonly release: () => Promise<void>;
};

type Held = {
  readonly check: () => Promise<void>;
  readonly end: () => void;
  readonly ended: Promise<unknown>;
};

/** A turn at the work called `name`. Whoever has it keeps a connection to itself. Calls must not overlap. */
export function createTurn(db: Kysely<Database>, name: string): Turn {
  let held: Held | null = null;
  const release = async (): Promise<void> => {
    const { end, ended } = held ?? { end: () => undefined, ended: Promise.resolve() };
    held = null;
    end();
    // A broken connection took the lock with it.
    await ended.catch(() => undefined);
  };
  return {
    take: async () => {
      if (held !== null) {
        try {
          await held.check();
          return 'kept';
        } catch {
          await release();
        }
      }
      held = await hold(db, name);
      return held === null ? 'elsewhere' : 'taken';
    },
    release,
  };
}

/** Takes the named lock on a connection of its own, or null when another process holds it. */
function hold(db: Kysely<Database>, name: string): Promise<Held | null> {
  return new Promise((resolve, reject) => {
    const { promise: released, resolve: end } = Promise.withResolvers<void>();
    const ended = db.connection().execute(async (connection) => {
      try {
        if (!(await lock(connection, name))) return resolve(null);
        const check = async (): Promise<void> => {
          await sql`select 1`.execute(connection);
        };
        resolve({ check, end, ended });
        await released;
        await unlock(connection, name);
      } catch (error) {
        await abandon(connection);
        throw error;
      }
    });
    ended.catch(reject);
  });
}

type Connection = Kysely<Database>;

async function lock(connection: Connection, name: string): Promise<boolean> {
  const { rows } = await sql<{ taken: boolean }>`
    select pg_try_advisory_lock(hashtext('lianshao'), hashtext(${name})) as taken`.execute(
    connection,
  );
  if (rows[0]?.taken !== true) return false;
  // A host that vanished without a word must not keep its turn for hours.
  await sql`select set_config('tcp_keepalives_idle', '15', false),
    set_config('tcp_keepalives_interval', '5', false),
    set_config('tcp_keepalives_count', '3', false)`.execute(connection);
  return true;
}

async function unlock(connection: Connection, name: string): Promise<void> {
  await sql`select pg_advisory_unlock(hashtext('lianshao'), hashtext(${name}))`.execute(connection);
}

/** Back in the pool, a connection that may still have the lock would keep everybody from it: it is ended instead. */
async function abandon(connection: Connection): Promise<void> {
  await sql`select pg_terminate_backend(pg_backend_pid())`
    .execute(connection)
    .catch(() => undefined);
}

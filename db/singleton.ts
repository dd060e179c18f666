/** Work that only one process may do at a time. The lock ends with the connection, so a dead process frees it. */
import { type Kysely, sql } from 'kysely';
import type { Database } from './schema.ts';

/** Runs `work` while holding the named lock; false = another process holds it, and nothing was done. */
export async function whileLocked(
  db: Kysely<Database>,
  name: string,
  work: () => Promise<void>,
): Promise<boolean> {
  return db.connection().execute(async (connection) => {
    const taken = await sql<{ taken: boolean }>`
      select pg_try_advisory_lock(hashtext('lianshao'), hashtext(${name})) as taken`.execute(
      connection,
    );
    if (taken.rows[0]?.taken !== true) return false;
    try {
      await work();
      return true;
    } finally {
      await sql`select pg_advisory_unlock(hashtext('lianshao'), hashtext(${name}))`.execute(
        connection,
      );
    }
  });
}

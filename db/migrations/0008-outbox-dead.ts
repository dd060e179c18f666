/** Given-up messages are counted at every look at the figures, and are few among all that were ever sent. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index outbox_dead on outbox (finished_at) where state = 'dead'`.execute(db);
}

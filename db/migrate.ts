/** Forward-only migrations, each in its own file, run in order under Kysely's lock. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, type Migration, Migrator } from 'kysely';
import { connect, type Reader } from './client.ts';
import * as organisation from './migrations/0001-organisation.ts';
import * as audit from './migrations/0002-audit.ts';
import * as cycle from './migrations/0003-cycle.ts';
import * as messaging from './migrations/0004-messaging.ts';
import * as recordChange from './migrations/0005-record-change.ts';
import * as registerOrder from './migrations/0006-register-order.ts';
import * as auditMoved from './migrations/0007-audit-moved.ts';
import * as outboxDead from './migrations/0008-outbox-dead.ts';
import * as levels from './migrations/0009-levels.ts';
import * as steps from './migrations/0010-steps.ts';
import * as pages from './migrations/0011-pages.ts';
import { isConflict } from './moves.ts';

const migrations: Readonly<Record<string, Migration>> = {
  '0001-organisation': organisation,
  '0002-audit': audit,
  '0003-cycle': cycle,
  '0004-messaging': messaging,
  '0005-record-change': recordChange,
  '0006-register-order': registerOrder,
  '0007-audit-moved': auditMoved,
  '0008-outbox-dead': outboxDead,
  '0009-levels': levels,
  '0010-steps': steps,
  '0011-pages': pages,
};

/**
 * Brings the database at `url` to the newest schema; throws with the failing migration's error. A database that has
 * all of this program's migrations and later ones is left alone: while versions are exchanged, or after a step back,
 * the older program works on the newer schema.
 */
export async function migrateToLatest(url: string): Promise<readonly string[]> {
  // A migration may take as long as it takes.
  const db = connect(url, 2, 0);
  try {
    if ((await pendingMigrations(db)).length === 0) return [];
    return await migratePersistently(db);
  } finally {
    await db.destroy();
  }
}

const MOST_TRIES = 8;
const RETRY_MS = 200;

/**
 * A migration locks tables while the older program writes to them in its own order. When each waits for the other,
 * PostgreSQL ends one of the two; all migrations are one transaction, so nothing of it is left and it is tried again.
 */
async function migratePersistently(db: Reader): Promise<readonly string[]> {
  for (let tries = 1; ; tries += 1) {
    const { error, results } = await migratorOf(db).migrateToLatest();
    if (error === undefined) return (results ?? []).map(({ migrationName }) => migrationName);
    if (!isConflict(error) || tries >= MOST_TRIES) throw error;
    await sleep(RETRY_MS);
  }
}

/** The names of migrations that this program knows and the database has not had. */
export async function pendingMigrations<T>(db: Kysely<T>): Promise<readonly string[]> {
  const known = await migratorOf(db).getMigrations();
  return known.filter((migration) => migration.executedAt === undefined).map(({ name }) => name);
}

function migratorOf<T>(db: Kysely<T>): Migrator {
  return new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
}

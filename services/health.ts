/** Whether the product can work, and the figures an administrator watches. */
import type { Reader } from '../db/client.ts';
import { pendingMigrations } from '../db/migrate.ts';
import { outboxState } from '../db/outbox.ts';
import { countDueTimers } from '../db/timers.ts';

/** Null when the database answers and is migrated, else the reason. */
export async function databaseTrouble(db: Reader): Promise<string | null> {
  try {
    const pending = await pendingMigrations(db);
    return pending.length === 0 ? null : `migrations missing: ${pending.join(', ')}`;
  } catch {
    return 'database unreachable';
  }
}

export type Figures = {
  readonly outboxPending: number;
  readonly outboxDead: number;
  readonly outboxLagSeconds: number;
  readonly timersDue: number;
};

/** Backlogs now. */
export async function readFigures(db: Reader, now: Date): Promise<Figures> {
  const { pending, dead, oldestDueAt } = await outboxState(db, now);
  return {
    outboxPending: pending,
    outboxDead: dead,
    outboxLagSeconds: oldestDueAt === null ? 0 : (now.getTime() - oldestDueAt.getTime()) / 1000,
    timersDue: await countDueTimers(db, now),
  };
}

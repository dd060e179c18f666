/** Whether the product can work, and the figures an administrator watches. */
import { lastCheckpointAt } from '../db/audit.ts';
import type { Reader } from '../db/client.ts';
import { pendingMigrations } from '../db/migrate.ts';
import { outboxState } from '../db/outbox.ts';
import { timerState } from '../db/timers.ts';

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
  readonly timerLagSeconds: number;
  /** Null before the first checkpoint. */
  readonly checkpointAgeSeconds: number | null;
};

/** Backlogs now. */
export async function readFigures(db: Reader, now: Date): Promise<Figures> {
  const [outbox, timers, checkpointAt] = await Promise.all([
    outboxState(db, now),
    timerState(db, now),
    lastCheckpointAt(db),
  ]);
  const age = (since: Date | null): number =>
    since === null ? 0 : (now.getTime() - since.getTime()) / 1000;
  return {
    outboxPending: outbox.pending,
    outboxDead: outbox.dead,
    outboxLagSeconds: age(outbox.oldestDueAt),
    timersDue: timers.due,
    timerLagSeconds: age(timers.oldestDueAt),
    checkpointAgeSeconds: checkpointAt === null ? null : age(checkpointAt),
  };
}

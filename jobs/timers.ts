/** The timer pump: claims what is due in batches, runs each effect in its own transaction, arms the next wake-up. */
import type { Logger } from 'pino';
import type { Context, Store } from '../services/context.ts';
import {
  type ClaimedTimer,
  claimDueTimers,
  nextTimerDue,
  type TimerEffect,
} from '../services/timer.ts';
import type { Alarm } from './queue.ts';

export type TimerPumpOptions = {
  readonly db: Store;
  readonly now: () => Date;
  readonly zone: string;
  readonly effects: Readonly<Record<string, TimerEffect>>;
  readonly alarm: Alarm;
  readonly logger: Logger;
};

const LANES = 8;
const FARTHEST_MS = 60 * 60_000;

export function createTimerPump(options: TimerPumpOptions): () => Promise<void> {
  let armedFor = Number.POSITIVE_INFINITY;
  return async () => {
    for (;;) {
      const now = options.now();
      const due = await claimDueTimers(options.db, now);
      if (due.length === 0) break;
      await inLanes(due, (timer) => fire(options, timer, now));
      options.alarm.wake('outbox');
    }
    armedFor = await arm(options, armedFor);
  };
}

async function fire(options: TimerPumpOptions, timer: ClaimedTimer, now: Date): Promise<void> {
  const effect = options.effects[timer.kind];
  const ctx: Context = {
    db: options.db,
    now,
    zone: options.zone,
    actor: { kind: 'system', code: timer.kind },
  };
  try {
    if (effect === undefined) throw new Error(`no effect for timer ${timer.kind}`);
    await effect(ctx, timer);
  } catch (error) {
    // The claim's lease ends and the timer is tried again; nothing of its effect was written.
    options.logger.error(
      { timer: timer.id, kind: timer.kind, attempts: timer.attempts, err: error },
      'timer failed',
    );
  }
}

async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

/** One delayed wake-up at the next due instant; a nearer one replaces a farther one. */
async function arm(options: TimerPumpOptions, armedFor: number): Promise<number> {
  const next = await nextTimerDue(options.db);
  const now = options.now().getTime();
  const stillArmed = armedFor > now ? armedFor : Number.POSITIVE_INFINITY;
  if (next === null || next.getTime() >= stillArmed) return stillArmed;
  const delay = next.getTime() - now;
  if (delay > FARTHEST_MS) return stillArmed;
  options.alarm.wake('timers', Math.max(1, delay));
  return next.getTime();
}

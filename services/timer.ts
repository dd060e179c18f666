/** Due timers for the pump, and what it does with them. */
import type { Reader } from '../db/client.ts';
import {
  claimTimers,
  type DueTimer,
  nextEventAt,
  nextTimerAt,
  releaseTimers,
} from '../db/timers.ts';
import type { Context } from './context.ts';
import { DIGEST_TIMER } from './digest.ts';
import { REASSIGN_TIMER } from './reassign.ts';
import { TASK_TIMER } from './task.ts';

export type ClaimedTimer = DueTimer;

/** What a kind of timer does; timers are consumed in the transaction of their effects. */
export type TimerEffect = {
  /** How many timers one call takes at most. They succeed or fail together. */
  readonly atOnce: number;
  /** Resolves to the ids of the timers it consumed; the others had been moved, cancelled or done meanwhile. */
  readonly run: (ctx: Context, timers: readonly ClaimedTimer[]) => Promise<ReadonlySet<string>>;
};

/**
 * As many as one transaction takes: each more spares statements and commits, but whoever clicks on a matter that is
 * being reminded of waits for all of them.
 */
const TOGETHER = 200;

/** An effect of which thousands may be due at once: many timers, one transaction. */
export const together = (run: TimerEffect['run']): TimerEffect => ({ atOnce: TOGETHER, run });

/** An effect that is rare, or large by itself. */
export const oneByOne = (
  run: (ctx: Context, timer: ClaimedTimer) => Promise<void>,
): TimerEffect => ({
  atOnce: 1,
  run: async (ctx, timers) => {
    for (const timer of timers) await run(ctx, timer);
    return new Set(timers.map(({ id }) => id));
  },
});

/** How many timers one claim takes at most. */
export const CLAIM_SIZE = 2_000;
const LEASE_MS = 60_000;

/** Reminders that fall due together are told together: a digest waits until all of them have been noted. */
const GATHERING = { kind: DIGEST_TIMER, from: TASK_TIMER };

/** Claims timers that are due at `now`, the earliest first. */
export const claimDueTimers = (db: Reader, now: Date): Promise<readonly ClaimedTimer[]> =>
  claimTimers(db, now, new Date(now.getTime() + LEASE_MS), CLAIM_SIZE, GATHERING);

/** Gives back claimed timers that nothing was tried with. */
export const releaseClaims = (db: Reader, timers: readonly ClaimedTimer[]): Promise<void> =>
  releaseTimers(db, timers);

/** The next instant at which a timer wants to be looked at, not after `now` when one does already; or null. */
export const nextTimerDue = (db: Reader, now: Date): Promise<Date | null> => nextTimerAt(db, now);

/** The next instant at which a user may see something happen; the daily look at moved roles is passed over. */
export const nextEventDue = (db: Reader): Promise<Date | null> => nextEventAt(db, REASSIGN_TIMER);

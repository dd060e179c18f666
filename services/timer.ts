/** Due timers for the pump. */
import type { Reader } from '../db/client.ts';
import { claimTimers, type DueTimer, nextEventAt, nextTimerAt } from '../db/timers.ts';
import type { Context } from './context.ts';
import { REASSIGN_TIMER } from './reassign.ts';

export type ClaimedTimer = DueTimer;

/** What a kind of timer does; it consumes the timer in the transaction of its effect. */
export type TimerEffect = (ctx: Context, timer: ClaimedTimer) => Promise<void>;

const BATCH = 200;
const LEASE_MS = 60_000;

/** Claims timers that are due at `now`, the earliest first. */
export const claimDueTimers = (db: Reader, now: Date): Promise<readonly ClaimedTimer[]> =>
  claimTimers(db, now, new Date(now.getTime() + LEASE_MS), BATCH);

/** The next instant at which a timer wants to be looked at, or null. */
export const nextTimerDue = (db: Reader): Promise<Date | null> => nextTimerAt(db);

/** The next instant at which a user may see something happen; the daily look at moved roles is passed over. */
export const nextEventDue = (db: Reader): Promise<Date | null> => nextEventAt(db, REASSIGN_TIMER);

/**
 * The timer pump: claims everything that is due, runs the effects in batches side by side, arms the next wake-up.
 * A batch is one transaction; when it fails it is taken apart until the timer that fails stands alone.
 */
import type { Logger } from 'pino';
import type { Context, Store } from '../services/context.ts';
import {
  CLAIM_SIZE,
  type ClaimedTimer,
  claimDueTimers,
  nextTimerDue,
  releaseClaims,
  type TimerEffect,
} from '../services/timer.ts';
import type { Alarm } from './alarm.ts';
import { createLanes } from './lanes.ts';

export type TimerPumpOptions = {
  readonly db: Store;
  readonly now: () => Date;
  readonly zone: string;
  readonly effects: Readonly<Record<string, TimerEffect>>;
  readonly alarm: Alarm;
  readonly logger: Logger;
  /** Aborted when the process is about to end: what has begun is finished, what is only claimed is given back. */
  readonly stopping: AbortSignal;
  /** Called after each batch. */
  readonly progress: () => void;
};

type Effects = TimerPumpOptions['effects'];

const LANES = 6;
/** More is not claimed ahead: the claims of those that wait must not end before their turn comes. */
const MOST_CLAIMS = 10;
/** How long a slow effect may keep the pump from looking what else has fallen due. */
const PATIENCE_MS = 1_000;
const FARTHEST_MS = 60 * 60_000;
/** What is due and cannot be claimed is being worked on elsewhere; asking again at once finds nothing new. */
const NEAREST_MS = 200;

export function createTimerPump(options: TimerPumpOptions): () => Promise<void> {
  const lanes = createLanes(LANES);
  let armedFor = Number.POSITIVE_INFINITY;
  const run = async (): Promise<void> => {
    while (!options.stopping.aborted) {
      const now = options.now();
      const due = lanes.size() < LANES ? await claimAll(options, now) : [];
      for (const batch of batchesOf(options.effects, due)) {
        lanes.add(async () => {
          await fire(options, batch, now);
          options.progress();
          options.alarm.wake('outbox');
        });
      }
      if (due.length === 0 && lanes.size() === 0) return;
      await lanes.next(PATIENCE_MS);
    }
  };
  return async () => {
    await run().finally(lanes.idle);
    armedFor = await arm(options, armedFor);
  };
}

/** Claims what is due before any of it is done: the effects would only slow the claims down. */
async function claimAll(
  { db, logger }: TimerPumpOptions,
  now: Date,
): Promise<readonly ClaimedTimer[]> {
  const claimed: ClaimedTimer[] = [];
  for (let claims = 0; claims < MOST_CLAIMS; claims += 1) {
    const due = await claimDueTimers(db, now).catch((error: unknown) => {
      // What is already claimed must not wait for its claim to end.
      if (claimed.length === 0) throw error;
      logger.warn({ err: error }, 'timers claimed only in part');
      return [];
    });
    claimed.push(...due);
    if (due.length < CLAIM_SIZE) break;
  }
  return claimed;
}

/** Timers of one kind, as many as its effect takes at once; in the order of the earliest of each batch. */
function batchesOf(
  effects: Effects,
  timers: readonly ClaimedTimer[],
): readonly (readonly ClaimedTimer[])[] {
  const open = new Map<string, ClaimedTimer[]>();
  const batches: ClaimedTimer[][] = [];
  for (const timer of timers) {
    const batch = open.get(timer.kind);
    if (batch !== undefined && batch.length < (effects[timer.kind]?.atOnce ?? 1)) {
      batch.push(timer);
      continue;
    }
    const begun = [timer];
    open.set(timer.kind, begun);
    batches.push(begun);
  }
  return batches;
}

async function fire(
  options: TimerPumpOptions,
  timers: readonly ClaimedTimer[],
  now: Date,
): Promise<void> {
  const [first] = timers;
  if (first === undefined) return;
  if (options.stopping.aborted) return giveBack(options, timers);
  const { kind } = first;
  const effect = options.effects[kind];
  const { db, zone } = options;
  const report = (id: string, err: unknown): void =>
    options.logger.error({ kind, id, err }, 'part of a timer failed');
  const ctx: Context = { db, now, zone, actor: { kind: 'system', code: kind }, report };
  try {
    if (effect === undefined) throw new Error(`no effect for timer ${kind}`);
    await effect.run(ctx, timers);
  } catch (error) {
    // Nothing was written. The claims end and the timers are tried again, each time a minute later.
    const { id, attempts } = first;
    const fields = { timer: id, kind, attempts, together: timers.length, err: error };
    options.logger.error(fields, 'timer failed');
    if (timers.length === 1 || !(await isThere(options))) return;
    const half = Math.ceil(timers.length / 2);
    await fire(options, timers.slice(0, half), now);
    await fire(options, timers.slice(half), now);
  }
}

/** The next process need not wait for the claims to end. */
async function giveBack(
  { db, logger }: TimerPumpOptions,
  timers: readonly ClaimedTimer[],
): Promise<void> {
  await releaseClaims(db, timers).catch((error: unknown) =>
    logger.warn({ err: error }, 'timers not given back; their claims end by themselves'),
  );
}

/** Without the database every part of a batch would fail like the whole. */
async function isThere({ db, now }: TimerPumpOptions): Promise<boolean> {
  return nextTimerDue(db, now()).then(
    () => true,
    () => false,
  );
}

/** One delayed wake-up at the next due instant; a nearer one replaces a farther one. */
async function arm(options: TimerPumpOptions, armedFor: number): Promise<number> {
  const next = await nextTimerDue(options.db, options.now());
  const now = options.now().getTime();
  const stillArmed = armedFor > now ? armedFor : Number.POSITIVE_INFINITY;
  if (next === null || next.getTime() >= stillArmed) return stillArmed;
  const delay = next.getTime() - now;
  if (delay > FARTHEST_MS) return stillArmed;
  options.alarm.wake('timers', delay > 0 ? delay : NEAREST_MS);
  return next.getTime();
}

/** The business clock. Real time unless it was moved; then it runs on from where it was set (contract §4). */
import type { Reader } from '../db/client.ts';
import { readClock, writeClock } from '../db/clock.ts';

export type Clock = {
  readonly now: () => Date;
  /** Reads the stored setting anew. True = the clock was moved since. */
  readonly refresh: () => Promise<boolean>;
};

/** The clock of this process; without `allowTimeTravel` it is the machine's and never reads the database. */
export function createClock(db: Reader, allowTimeTravel: boolean): Clock {
  let offset = 0;
  return {
    now: () => new Date(Date.now() + offset),
    refresh: async () => {
      if (!allowTimeTravel) return false;
      const setting = await readClock(db);
      const fresh =
        setting === undefined ? 0 : setting.businessAt.getTime() - setting.realAt.getTime();
      const moved = fresh !== offset;
      offset = fresh;
      return moved;
    },
  };
}

/**
 * `run`, but not before the clock has been read once: a process that starts while the database is away knows only the
 * machine's time, which may be months ahead of a clock that was moved, and nothing may fall due by it.
 */
export function afterReading(
  clock: Pick<Clock, 'refresh'>,
  run: () => Promise<void>,
): () => Promise<void> {
  let isRead = false;
  return async () => {
    if (!isRead) await clock.refresh();
    isRead = true;
    await run();
  };
}

/** Sets the clock to `instant`; it runs on from there in every process. */
export async function setClock(db: Reader, instant: Date): Promise<void> {
  await writeClock(db, { realAt: new Date(), businessAt: instant });
}

/** Whether the clock was ever moved. */
export const wasClockSet = async (db: Reader): Promise<boolean> =>
  (await readClock(db)) !== undefined;

/** The business clock. Real time unless it was moved; then it runs on from where it was set (contract §4). */
import type { Kysely } from 'kysely';
import { readClock, writeClock } from '../db/clock.ts';
import type { Database } from '../db/schema.ts';

export type Clock = {
  readonly now: () => Date;
  /** Reads the stored setting anew. True = the clock was moved since. */
  readonly refresh: () => Promise<boolean>;
};

/** The clock of this process; without `allowTimeTravel` it is the machine's and never reads the database. */
export function createClock(db: Kysely<Database>, allowTimeTravel: boolean): Clock {
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

/** Sets the clock to `instant`; it runs on from there in every process. */
export async function setClock(db: Kysely<Database>, instant: Date): Promise<void> {
  await writeClock(db, { realAt: new Date(), businessAt: instant });
}

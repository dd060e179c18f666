/** The end of a run: troubles off, everything running, and the clock moved on until nothing is left to be done. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { dayAfter, dayAt, instantOn, isWorkingDay } from './calendar.ts';
import { type Ground, persistently } from './world.ts';

const LOOK_MS = 150;
const QUIET_LOOKS = 3;
const MINUTE = 60_000;
/** Past each of the platform's own repetitions: after 15 s, 5 min, 1 h and 6 h. */
const REPETITIONS_MS = [20_000, 6 * MINUTE, 61 * MINUTE];

type Left = { readonly due: number; readonly nextMessage: Date | null };

/** Brings the house to rest; false = it does not come to rest in time. */
export async function settle(world: Ground, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  await rest(world, deadline);
  for (const ms of REPETITIONS_MS) {
    await world.moveClock(new Date(world.clock.now().getTime() + ms), true);
    await world.platform.door.quiet();
    await rest(world, deadline);
  }
  await world.moveClock(nextTenOClock(world.clock.now()), true);
  // Messages that wait for a later moment are brought to it.
  for (;;) {
    if (!(await rest(world, deadline))) return false;
    const { nextMessage } = await left(world);
    if (nextMessage === null) return true;
    await world.moveClock(
      new Date(Math.max(nextMessage.getTime(), world.clock.now().getTime()) + 1_000),
    );
  }
}

/** Ten in the morning, when the send window is open, of the next working day. */
function nextTenOClock(now: Date): Date {
  let day = dayAt(now);
  do day = dayAfter(day);
  while (!isWorkingDay(day));
  return instantOn(day, '10:00:00');
}

async function rest(world: Ground, deadline: number): Promise<boolean> {
  for (let quiet = 0; quiet < QUIET_LOOKS; ) {
    if (Date.now() > deadline) return false;
    await sleep(LOOK_MS);
    quiet = (await left(world)).due === 0 ? quiet + 1 : 0;
  }
  return true;
}

const left = (world: Ground): Promise<Left> =>
  persistently(async () => {
    const { db, now } = world.admin();
    const { rows } = await sql<{ due: number; next: Date | null }>`
      select (select count(*) from outbox where state = 'pending' and not_before <= ${now})::int
           + (select count(*) from timer where due_at <= ${now})::int as due,
        (select min(not_before) from outbox where state = 'pending') as next`.execute(db);
    return { due: rows[0]?.due ?? 0, nextMessage: rows[0]?.next ?? null };
  });

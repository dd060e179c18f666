/** The load: units launched one after the other, a few at a time, each worked through by its people. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { launchCycle } from '../../services/cycle.ts';
import { closeCycle } from '../../services/cycle-close.ts';
import { hurriedProfile, type Unit } from './organisation.ts';
import { type Crowd, liveUnit } from './people.ts';
import { createRandom } from './random.ts';
import { type Ground, persistently } from './world.ts';

const LOOK_MS = 700;
/** A unit that takes longer is closed by its administrator with whatever is left. */
const PATIENCE_MS = 150_000;

export type Campaign = { launched: number; finished: number };

/** Keeps `lanes` units at work until the crowd's end; resolves when everybody has brought to an end what was begun. */
export async function campaign(world: Ground, crowd: Crowd, lanes: number): Promise<Campaign> {
  const tally: Campaign = { launched: 0, finished: 0 };
  let next = 0;
  const lane = async (): Promise<void> => {
    while (!crowd.isOver()) {
      const round = Math.floor(next / world.units.length);
      const unit = world.units[next % world.units.length];
      next += 1;
      if (unit === undefined) return;
      await work(world, crowd, unit, round, tally);
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, world.units.length) }, lane));
  return tally;
}

async function work(
  world: Ground,
  crowd: Crowd,
  unit: Unit,
  round: number,
  tally: Campaign,
): Promise<void> {
  const random = createRandom(`${crowd.seed} ${unit.code} ${round}`);
  const loaded = hurriedProfile(random.chance(0.25));
  const launched = await persistently(() =>
    launchCycle(world.admin(), { loaded, unitCode: unit.code }),
  );
  // A launch whose commit was heard but not answered has been made all the same.
  if (!launched.ok && launched.refusal.code !== 'cycleRunning') {
    throw new Error(`${unit.code} not launched: ${launched.refusal.code}`);
  }
  tally.launched += 1;
  let isFinished = false;
  const living = liveUnit(crowd, unit, round, () => isFinished);
  const deadline = Date.now() + PATIENCE_MS;
  while (!isFinished && !crowd.isOver()) {
    await sleep(LOOK_MS);
    const left = await persistently(() => openForms(world, unit));
    isFinished = left === 0 || Date.now() > deadline;
  }
  await living;
  if (!isFinished) return;
  await close(world, unit);
  tally.finished += 1;
}

/** The cycle ends by an administrator's word, so that the unit can be launched again. */
async function close(world: Ground, unit: Unit): Promise<void> {
  await persistently(async () => {
    const { rows } = await sql<{ id: string }>`
      select id from cycle where unit_code = ${unit.code} and state = 'running'`.execute(
      world.admin().db,
    );
    const [cycle] = rows;
    if (cycle !== undefined) await closeCycle(world.admin(), cycle.id);
  });
}

async function openForms(world: Ground, unit: Unit): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from procedure join cycle on cycle.id = cycle_id
    where cycle.unit_code = ${unit.code} and cycle.state = 'running'
      and status in ('open', 'scheduled')`.execute(world.admin().db);
  return rows[0]?.count ?? 0;
}

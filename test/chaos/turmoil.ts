/** Lets the planned faults strike, each at its instant, and counts them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { destinationOf } from './calendar.ts';
import type { Fault, Planned } from './schedule.ts';
import type { World } from './world.ts';

export type Strikes = Record<string, number>;

/** How long a process may take to come up before it is killed again all the same. */
const PATIENCE_MS = 15_000;

/**
 * Runs the plan; resolves when its last fault has struck and every server is back. On a slow machine the plan is
 * stretched, not changed: a process that is to be killed at work is waited for.
 */
export async function turmoil(world: World, plan: readonly Planned[]): Promise<Strikes> {
  const strikes: Strikes = {};
  const began = performance.now();
  const running: Promise<void>[] = [];
  const broken: unknown[] = [];
  const strikeNow = (fault: Fault): Promise<void> =>
    strike(world, fault).catch((error: unknown) => {
      broken.push(error);
    });
  let servers: Promise<void> = Promise.resolve();
  let clock: Promise<void> = Promise.resolve();
  let behindMs = 0;
  for (const { atMs, fault } of plan) {
    await sleep(Math.max(0, began + atMs + behindMs - performance.now()));
    if (fault.kind === 'kill' && !fault.isEarly) {
      const asked = performance.now();
      await world.processes.working(fault.target, PATIENCE_MS);
      behindMs += performance.now() - asked;
    }
    const name = nameOf(fault);
    if (isIdle(world, fault)) continue;
    strikes[name] = (strikes[name] ?? 0) + 1;
    // A server is not crashed again before it is back; while the clock moves nobody is frozen.
    if (fault.kind === 'postgres' || fault.kind === 'redisKill' || fault.kind === 'redisFlush') {
      servers = servers.then(() => strikeNow(fault));
    } else if (fault.kind === 'clock' || fault.kind === 'freeze')
      clock = clock.then(() => strikeNow(fault));
    else running.push(strikeNow(fault));
  }
  await Promise.all([...running, servers, clock]);
  if (broken.length > 0) throw broken[0];
  return strikes;
}

const isIdle = (world: World, fault: Fault): boolean =>
  world.redis === null && (fault.kind === 'redisKill' || fault.kind === 'redisFlush');

/** How the fault is called in the summary. */
function nameOf(fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
      return `kill ${fault.target.role}${fault.isEarly ? ' while starting' : ''}`;
    case 'postgres':
      return `postgres ${fault.how}`;
    case 'platform':
      return `platform ${fault.fault}`;
    case 'clock':
      return `clock ${fault.move}`;
    default:
      return fault.kind;
  }
}

async function strike(world: World, fault: Fault): Promise<void> {
  switch (fault.kind) {
    case 'kill':
      return world.processes.kill(fault.target);
    case 'postgres':
      return world.postgres.crash(fault.how, fault.downMs);
    case 'redisFlush':
      return world.redis?.flush();
    case 'redisKill':
      return world.redis?.crash(fault.downMs);
    case 'freeze':
      return world.processes.freeze(fault.target, fault.ms);
    case 'platform':
      return world.platform.trouble(fault);
    case 'clock':
      return world.moveClock(destinationOf(fault.move, world.clock.now()));
  }
}

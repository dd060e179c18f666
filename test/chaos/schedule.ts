/** The plan of a run: which fault strikes when. It follows from seed and number of kills alone. */
import { createRandom, type Random } from './random.ts';

/** Position of a process in the house; a backend with fewer processes counts round. */
export type Target = { readonly role: 'web' | 'worker'; readonly index: number };

export const platformFaults = [
  'error500',
  'rateLimited',
  'hang',
  'lost',
  'late',
  'tokenRefused',
  'dropCallbackAnswer',
  'duplicateEvents',
] as const;
export type PlatformFault = (typeof platformFaults)[number];

/** How the business clock moves, always forward. */
export const clockMoves = ['midnight', 'morning', 'opening', 'rungs', 'holiday'] as const;
export type ClockMove = (typeof clockMoves)[number];

export type Fault =
  | { readonly kind: 'kill'; readonly target: Target; readonly isEarly: boolean }
  | { readonly kind: 'postgres'; readonly how: 'immediate' | 'kill'; readonly downMs: number }
  | { readonly kind: 'redisFlush' }
  | { readonly kind: 'redisKill'; readonly downMs: number }
  | { readonly kind: 'freeze'; readonly target: Target; readonly ms: number }
  | {
      readonly kind: 'platform';
      readonly fault: PlatformFault;
      readonly times: number;
      readonly on: 'send' | 'update' | 'any';
    }
  | { readonly kind: 'clock'; readonly move: ClockMove };

export type Planned = { readonly atMs: number; readonly fault: Fault };

export type ScheduleOptions = {
  readonly kills: number;
  readonly seed: string;
  /** Time from one kill to the next, on average. */
  readonly paceMs: number;
  readonly longestFreezeMs: number;
};

const QUIET_START_MS = 1_500;
const EARLY_KILL_MS = [60, 450] as const;

/** How many kills there are for one fault of a kind; at least one of each is planned. */
const killsPer = { postgres: 40, redisFlush: 45, redisKill: 45, freeze: 60, day: 45, holiday: 180 };
const PLATFORM_PER_KILL = 0.25;

/** All faults in the order of their instants. */
export function planFaults(options: ScheduleOptions): readonly Planned[] {
  const random = createRandom(`faults ${options.seed}`);
  const spanMs = options.kills * options.paceMs;
  const spread = (count: number, fault: (n: number) => Fault): readonly Planned[] =>
    instants(random, count, spanMs).map((atMs, n) => ({ atMs, fault: fault(n) }));
  const per = (kills: number): number => Math.max(1, Math.round(options.kills / kills));
  const planned = [
    ...kills(options, random, spanMs),
    ...spread(per(killsPer.postgres), (n) => ({
      kind: 'postgres',
      how: n % 2 === 0 ? 'immediate' : 'kill',
      downMs: random.between(100, 2_500),
    })),
    ...spread(per(killsPer.redisFlush), () => ({ kind: 'redisFlush' })),
    ...spread(per(killsPer.redisKill), () => ({
      kind: 'redisKill',
      downMs: random.between(100, 4_000),
    })),
    ...spread(per(killsPer.freeze), () => ({
      kind: 'freeze',
      target: targetOf(random),
      ms: random.between(Math.round(options.longestFreezeMs / 3), options.longestFreezeMs),
    })),
    ...spread(platformFaults.length + Math.round(options.kills * PLATFORM_PER_KILL), (n) =>
      platformTrouble(random, n),
    ),
    ...days(options, random, spanMs),
  ];
  return planned.toSorted((a, b) => a.atMs - b.atMs);
}

/** One instant at random in each of `count` equal parts of the span. */
function instants(random: Random, count: number, spanMs: number): readonly number[] {
  const part = spanMs / count;
  return Array.from({ length: count }, (_, n) =>
    Math.round(QUIET_START_MS + (n + random.next()) * part),
  );
}

/** Some kills hit the process again while it is starting. */
function kills(options: ScheduleOptions, random: Random, spanMs: number): readonly Planned[] {
  const planned: Planned[] = [];
  for (const atMs of instants(random, options.kills, spanMs)) {
    if (planned.length >= options.kills) break;
    const target = targetOf(random);
    planned.push({ atMs, fault: { kind: 'kill', target, isEarly: false } });
    if (planned.length < options.kills && random.chance(0.12)) {
      const again = atMs + random.between(...EARLY_KILL_MS);
      planned.push({ atMs: again, fault: { kind: 'kill', target, isEarly: true } });
    }
  }
  return planned;
}

const targetOf = (random: Random): Target => ({
  role: random.chance(0.5) ? 'web' : 'worker',
  index: random.between(0, 1),
});

function platformTrouble(random: Random, n: number): Fault {
  // The first ones go through the list, so that a short run meets all of them.
  const fault = platformFaults[n] ?? random.pick(platformFaults);
  const on = random.pick(['send', 'send', 'update', 'any'] as const);
  return { kind: 'platform', fault, on, times: random.between(1, 6) };
}

/** A night and its morning in steps a few seconds apart, and now and then a leap over a holiday. */
function days(options: ScheduleOptions, random: Random, spanMs: number): readonly Planned[] {
  const nights = Math.max(1, Math.round(options.kills / killsPer.day));
  const leaps = Math.max(1, Math.round(options.kills / killsPer.holiday));
  const step = Math.min(7_000, spanMs / (nights + leaps) / 5);
  const at = (atMs: number, move: ClockMove): Planned => ({
    atMs: Math.round(atMs),
    fault: { kind: 'clock', move },
  });
  const passed = instants(random, nights, spanMs).flatMap((start) => [
    at(start, 'midnight'),
    at(start + step, 'morning'),
    at(start + 2 * step, 'opening'),
    at(start + 3 * step, 'rungs'),
  ]);
  return [...passed, ...instants(random, leaps, spanMs).map((start) => at(start, 'holiday'))];
}

/** Chance that can be had again: every request draws from a stream of its own, named by seed and index. */

export type Random = {
  /** A whole number from 0 up to, not including, `below`. */
  readonly below: (below: number) => number;
  /** True in `share` of all cases. */
  readonly chance: (share: number) => boolean;
  readonly pick: <T>(from: readonly T[]) => T;
  /** Picks by weight. */
  readonly weighed: <T>(from: readonly (readonly [number, T])[]) => T;
  readonly bytes: (length: number) => Buffer;
};

const GOLDEN = 0x9e3779b9;

/** The stream of request `index` in the run `seed`. */
export function randomOf(seed: number, index: number): Random {
  let state = (Math.imul(seed ^ GOLDEN, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35)) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const pick = <T>(from: readonly T[]): T => {
    const chosen = from[below(from.length)];
    if (chosen === undefined) throw new Error('nothing to pick from');
    return chosen;
  };
  const weighed = <T>(from: readonly (readonly [number, T])[]): T => {
    let left = next() * from.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, item] of from) {
      left -= weight;
      if (left < 0) return item;
    }
    return pick(from)[1];
  };
  return {
    below,
    chance: (share) => next() < share,
    pick,
    weighed,
    bytes: (length) => Buffer.from(Uint8Array.from({ length }, () => below(256))),
  };
}

/** How often somebody may ask; a fixed window, counted in this process alone. */
import { performance } from 'node:perf_hooks';

/** Whether `key` may ask once more in the current window. */
export type Rate = (key: string) => boolean;

/** At most `limit` times in `windowMs` for each key. */
export function createRate(limit: number, windowMs: number): Rate {
  let counts = new Map<string, number>();
  let endsAt = 0;
  return (key) => {
    const now = performance.now();
    if (now >= endsAt) {
      counts = new Map();
      endsAt = now + windowMs;
    }
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count <= limit;
  };
}

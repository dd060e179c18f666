/** Whether a process grows: samples of resident memory and of live objects, first third against last third. */

export type Sample = { readonly rss: number; readonly heap: number };

export type MemoryVerdict = {
  readonly rssFirst: number;
  readonly rssLast: number;
  readonly heapFirst: number;
  readonly heapLast: number;
  readonly rssMost: number;
  readonly faults: readonly string[];
};

const MEGABYTE = 1024 * 1024;
/** Start-up, compiled code and pools: not part of the trend. */
const WARM_UP = 0.2;
/** Fewer samples say nothing about a trend. */
const FEWEST = 30;
/** The collector's mood moves resident memory by so much without any leak. */
const RSS_GROWTH = 1.15;
const RSS_NOISE = 24 * MEGABYTE;
/** The lowest tenth of the samples was taken just after a collection, so live objects may grow less. */
const HEAP_GROWTH = 1.15;
const HEAP_NOISE = 6 * MEGABYTE;
/** 32 bodies of a megabyte in several copies, on a machine too busy to collect them at once. */
const RSS_CEILING = 768 * MEGABYTE;

/** Judges the samples of one run, in order. */
export function judgeMemory(samples: readonly Sample[]): MemoryVerdict {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP));
  const third = Math.max(1, Math.floor(warm.length / 3));
  const first = warm.slice(0, third);
  const last = warm.slice(-third);
  const rss = (of: readonly Sample[]) =>
    quantile(
      of.map((each) => each.rss),
      0.5,
    );
  const heap = (of: readonly Sample[]) =>
    quantile(
      of.map((each) => each.heap),
      0.1,
    );
  const figures = {
    rssFirst: rss(first),
    rssLast: rss(last),
    heapFirst: heap(first),
    heapLast: heap(last),
    rssMost: Math.max(0, ...samples.map((each) => each.rss)),
  };
  const faults: string[] = [];
  if (figures.rssMost > RSS_CEILING) faults.push(`${megabytes(figures.rssMost)} resident`);
  if (warm.length >= FEWEST) {
    if (figures.rssLast > figures.rssFirst * RSS_GROWTH + RSS_NOISE)
      faults.push('resident memory grows');
    if (figures.heapLast > figures.heapFirst * HEAP_GROWTH + HEAP_NOISE)
      faults.push('live objects grow');
  }
  return { ...figures, faults };
}

export const megabytes = (bytes: number): string => `${Math.round(bytes / MEGABYTE)} MB`;

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

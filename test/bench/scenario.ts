/** What every benchmark gives and gets; `main.ts` runs them and prints one table. */

export type Measurement = {
  /** What was measured, e.g. `throughput`, `p99`. */
  readonly measure: string;
  readonly value: number;
  readonly unit: string;
  /** The same measure of the floor, taken in the same run, rounds alternating. */
  readonly floor?: number;
  /** `value` against `floor`; above 1 is better than the floor for throughput. */
  readonly ratio?: number;
  /** The target as the issue words it, e.g. `>= 0.9 x floor`. */
  readonly target?: string;
  /** Whether the target was met; absent where there is none. */
  readonly met?: boolean;
  readonly note?: string;
};

export type BenchContext = {
  /** Administrative address of a PostgreSQL server on which scenarios create databases of their own. */
  readonly databaseUrl: string;
  /** Redis to run the queue on as well; null = only PostgreSQL's queue is measured. */
  readonly redisUrl: string | null;
  /** An empty folder that is removed afterwards. */
  readonly scratch: string;
  /** Sizes for a test: seconds instead of minutes, figures without meaning. */
  readonly short: boolean;
  /** Progress for the person who waits. */
  readonly say: (line: string) => void;
};

export type Scenario = {
  readonly name: string;
  /** One line for `--help` and the report. */
  readonly about: string;
  readonly run: (bench: BenchContext) => Promise<readonly Measurement[]>;
};

/** The middle of the measured rounds. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[middle - 1] ?? 0, sorted[middle] ?? 0];
  return sorted.length % 2 === 0 ? (low + high) / 2 : high;
}

/** The value below which `share` (0…1) of the samples lie. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

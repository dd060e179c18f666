/** Counts answers by kind and status, keeps the latencies, and collects faults with the shot that shows them again. */
import type { Outcome, Shot } from './shot.ts';

export type KindFigures = {
  readonly kind: string;
  readonly requests: number;
  /** 0 = closed without an answer. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
};

export type Tally = {
  readonly add: (index: number, shot: Shot, outcome: Outcome, faults: readonly string[]) => void;
  readonly faults: () => readonly string[];
  readonly figures: () => readonly KindFigures[];
  /** How many clicks were answered with success. */
  readonly successes: () => number;
  /** How many clicks were told to wait. */
  readonly late: () => number;
  /** One line about where the run stands. */
  readonly line: () => string;
};

export function createTally(): Tally {
  const byKind = new Map<string, { statuses: Map<number, number>; ms: number[] }>();
  const faults: string[] = [];
  const began = performance.now();
  let count = 0;
  let successes = 0;
  let late = 0;
  const figures = (): readonly KindFigures[] =>
    [...byKind].map(([kind, { statuses, ms }]) => {
      const sorted = Float64Array.from(ms).sort();
      const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
      const counted = Object.fromEntries([...statuses].sort(([a], [b]) => a - b));
      return {
        kind,
        requests: ms.length,
        statuses: counted,
        p50: at(0.5),
        p99: at(0.99),
        most: at(1),
      };
    });
  return {
    add: (index, shot, { status, body, ms }, found) => {
      const row = byKind.get(shot.kind) ?? { statuses: new Map<number, number>(), ms: [] };
      byKind.set(shot.kind, row);
      row.statuses.set(status, (row.statuses.get(status) ?? 0) + 1);
      row.ms.push(ms);
      count += 1;
      if (body.startsWith('{"toast":{"type":"success"')) successes += 1;
      if (body.includes('正在处理，请稍候刷新')) late += 1;
      for (const fault of found) faults.push(`#${index} ${shot.kind}: ${fault}`);
    },
    faults: () => faults,
    figures,
    successes: () => successes,
    late: () => late,
    line: () => {
      const seconds = (performance.now() - began) / 1000;
      return `${count} requests, ${Math.round(count / seconds)}/s, ${successes} successes, ${faults.length} faults`;
    },
  };
}

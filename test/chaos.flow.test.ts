/** A short run of `npm run chaos`: real processes are killed under load, and the checker finds nothing. */
import { describe, expect, it } from 'vitest';
import { summaryLines } from './chaos/report.ts';
import { runChaos } from './chaos/run.ts';

describe('the product under chaos', () => {
  it('RISK-06 loses nothing and repeats nothing', async () => {
    const report = await runChaos({
      kills: 12,
      seed: '20260928',
      paceMs: 900,
      longestFreezeMs: 3_000,
      lanes: 2,
      units: 4,
      redis: true,
      keep: false,
      settleMs: 300_000,
      log: () => undefined,
    });
    expect(report.violations, summaryLines(report).join('\n')).toEqual([]);
    const struck = Object.entries(report.strikes);
    const count = (word: string): number =>
      struck.reduce((sum, [name, times]) => (name.startsWith(word) ? sum + times : sum), 0);
    expect([count('kill'), count('postgres'), count('freeze')]).toEqual([12, 1, 1]);
    expect(count('redis')).toBe(report.queue === 'redis' ? 2 : 0);
    // How much people get done once it begins is up to the machine; the checker's own test has a house full of it.
    expect(report.load.succeeded, summaryLines(report).join('\n')).toBeGreaterThanOrEqual(5);
    expect(report.checked['messages']).toBeGreaterThan(0);
  }, 600_000);
});

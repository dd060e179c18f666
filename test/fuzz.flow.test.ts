/** A short attack on the web process, with one seed that stays and one that is new each time. */
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fuzz } from './fuzz/run.ts';
import { createTestDatabase } from './support/database.ts';

const SHOTS = 1_500;

/** Stands in the test's name: `npm run fuzz -- --seed S --n 1500 --departments 4 --staff 5` has it again. */
const fresh = randomInt(1e9);

test(`hostile input, seeds 20260921 and ${fresh}: no 5xx, no leak, no crossed authorisation`, async () => {
  const database = await createTestDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'lianshao-fuzz-'));
  try {
    const redisUrl = process.env['REDIS_URL'];
    const { faults, tally } = await fuzz({
      databaseUrl: database.url,
      ...(redisUrl ? { redisUrl } : {}),
      dataDir,
      seeds: [20_260_921, fresh],
      n: SHOTS,
      connections: 16,
      // Other tests share the processors; the long run is held to less.
      slowestMs: 15_000,
      size: { departments: 4, staff: 5 },
    });
    expect(faults).toEqual([]);
    const requests = tally.figures().reduce((sum, kind) => sum + kind.requests, 0);
    expect(requests).toBe(2 * SHOTS);
    // An attack in which nobody ever succeeds has attacked a closed door.
    expect(tally.successes()).toBeGreaterThan(10);
  } finally {
    await database.drop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}, 300_000);

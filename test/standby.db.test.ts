/** Two workers: the one that has the sender's turn gets every wake-up, the other one stands by. */
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Alarm, createAlarm } from '../jobs/alarm.ts';
import { migrateQueue, openWorker, type QueueBackend } from '../jobs/queue.ts';
import { startWorkers } from '../jobs/workers.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';

const redisUrl = process.env['REDIS_URL'];
const logger = pino({ level: 'silent' });
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** Longer than a test: what happens here, wake-ups did. */
const NEVER_MS = 600_000;
const idle = { run: async () => undefined, sweepMs: NEVER_MS };

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

const backends: readonly [string, () => QueueBackend][] = [
  ['PostgreSQL', () => ({ kind: 'postgres', url: database.url, schema: 'standby_queue' })],
  ...(redisUrl === undefined
    ? []
    : [
        ['Redis', () => ({ kind: 'redis', url: redisUrl, prefix: `standby-${randomUUID()}` })] as [
          string,
          () => QueueBackend,
        ],
      ]),
];

describe.each(backends)('with two workers, on %s', (_, backendOf) => {
  let backend: QueueBackend;
  let alarm: Alarm;
  let holder = 'first';
  const runs = { first: 0, second: 0 };
  const open: { readonly close: () => Promise<void> }[] = [];
  beforeEach(async () => {
    backend = backendOf();
    await migrateQueue(backend);
    alarm = createAlarm(backend, logger);
    holder = 'first';
    Object.assign(runs, { first: 0, second: 0 });
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
    await alarm.close();
  });
  const start = (name: 'first' | 'second', sweepMs = NEVER_MS): void => {
    const run = async (): Promise<void> => {
      if (holder === name) runs[name] += 1;
    };
    const outbox = { run, sweepMs, isMine: () => holder === name };
    open.push(startWorkers(backend, { timers: idle, upkeep: idle, outbox }, logger));
  };
  const woken = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time += 1) {
      const before = runs.first + runs.second;
      alarm.wake('outbox');
      await expect
        .poll(() => runs.first + runs.second, { timeout: 2_000, interval: 20 })
        .toBeGreaterThan(before);
    }
  };

  test('no wake-up is swallowed by the one that stands by', async () => {
    start('first');
    start('second');
    await pause(1_500);
    await woken(12);
    expect(runs.first).toBeGreaterThanOrEqual(13);
    expect(runs.second).toBe(0);
  }, 40_000);

  /** A worker that is killed in the middle of a wake-up leaves it behind, and with it the key of those that follow. */
  const killedInTheMiddle = async (): Promise<void> => {
    const begun = Promise.withResolvers<void>();
    const killed = openWorker('outbox', backend, async () => {
      begun.resolve();
      await new Promise(() => undefined);
    });
    killed.part.on('error', () => undefined);
    alarm.wake('outbox');
    await begun.promise;
    await killed.part.close(true);
  };

  test('what a killed worker left behind delays nothing longer than the sweep', async () => {
    await killedInTheMiddle();
    start('first', 500);
    await expect.poll(() => runs.first, { timeout: 1_000 }).toBeGreaterThan(0);
    const before = runs.first;
    alarm.wake('outbox');
    await expect.poll(() => runs.first, { timeout: 1_000 }).toBeGreaterThan(before);
  }, 20_000);

  test('and after some seconds wake-ups arrive as before', async () => {
    await killedInTheMiddle();
    start('first');
    await expect.poll(() => runs.first).toBe(1);
    alarm.wake('outbox');
    await expect.poll(() => runs.first, { timeout: 30_000 }).toBeGreaterThan(1);
    await woken(3);
  }, 40_000);

  test('who takes the turn looks at once and gets the wake-ups from then on', async () => {
    start('first', 200);
    start('second', 200);
    await pause(1_500);
    holder = 'second';
    await expect.poll(() => runs.second, { timeout: 1_000 }).toBeGreaterThan(0);
    await pause(1_500);
    alarm.wake('outbox');
    await expect.poll(async () => (await alarm.depths())['outbox']).toBe(0);
  }, 20_000);
});

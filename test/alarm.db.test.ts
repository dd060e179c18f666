import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAlarm } from '../jobs/alarm.ts';
import { migrateQueue, type QueueBackend } from '../jobs/queue.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';
import { pause } from './support/waiting.ts';

const redisUrl = process.env['REDIS_URL'];
const logger = pino({ level: 'silent' });
let database: TestDatabase;
let observer: Client;
beforeAll(async () => {
  database = await createTestDatabase();
  observer = new Client({ connectionString: database.url });
  await observer.connect();
});
afterAll(async () => {
  await observer?.end();
  await database?.drop();
});

const backends: readonly [string, () => QueueBackend][] = [
  ['PostgreSQL', () => ({ kind: 'postgres', url: database.url, schema: 'alarm_queue' })],
  ...(redisUrl === undefined
    ? []
    : [
        ['Redis', () => ({ kind: 'redis', url: redisUrl, prefix: `alarm-${randomUUID()}` })] as [
          string,
          () => QueueBackend,
        ],
      ]),
];

test('a wake-up after the end opens nothing', async () => {
  const backend: QueueBackend = { kind: 'postgres', url: database.url, schema: 'closed_queue' };
  await migrateQueue(backend);
  const connections = async (): Promise<number> => {
    const { rows } = await observer.query<{ count: number }>(
      `select count(*)::int as count from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );
    return rows[0]?.count ?? 0;
  };
  const alarm = createAlarm(backend, logger);
  alarm.wake('outbox');
  await expect.poll(connections).toBeGreaterThan(0);
  // A queue is opened anew five seconds after the last time at the soonest.
  await new Promise((resolve) => setTimeout(resolve, 5_100));
  alarm.wake('timers');
  await alarm.close();
  alarm.wake('outbox');
  alarm.wake('upkeep', 10);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(await connections()).toBe(0);
}, 15_000);

describe.each(backends)('wake-ups that nobody answers, on %s', (_, backendOf) => {
  test('do not pile up', async () => {
    const backend = backendOf();
    await migrateQueue(backend);
    const alarm = createAlarm(backend, logger);
    for (let round = 0; round < 6; round += 1) {
      alarm.wake('outbox');
      await pause(60);
    }
    await expect.poll(alarm.depths).toMatchObject({ outbox: 1, timers: 0 });
    await alarm.close();
  });
});

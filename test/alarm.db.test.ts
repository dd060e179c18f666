import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAlarm } from '../jobs/alarm.ts';
import { migrateQueue, type QueueBackend } from '../jobs/queue.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';

const redisUrl = process.env['REDIS_URL'];
const logger = pino({ level: 'silent' });
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

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

describe.each(backends)('wake-ups that nobody answers, on %s', (_, backendOf) => {
  test('do not pile up', async () => {
    const backend = backendOf();
    await migrateQueue(backend);
    const alarm = createAlarm(backend, logger);
    for (let round = 0; round < 6; round += 1) {
      alarm.wake('outbox');
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    await expect.poll(alarm.depths).toMatchObject({ outbox: 1, timers: 0 });
    await alarm.close();
  });
});

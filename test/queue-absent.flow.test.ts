/** A worker whose queue cannot be opened works all the same, and uses the queue once it is there. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAlarm } from '../jobs/alarm.ts';
import { migrateQueue, type QueueBackend } from '../jobs/queue.ts';
import { createLogger } from '../logger.ts';
import { type House, openHouse } from './support/house.ts';
import { type ProductProcess, startProduct } from './support/product-process.ts';
import { eventually } from './support/waiting.ts';

describe('a queue that nobody has migrated', () => {
  let house: House;
  let worker: ProductProcess | undefined;
  beforeAll(async () => {
    house = await openHouse('2026-09-21 09:00', { role: 'web' });
    worker = await startProduct(house, 'worker', { arguments: [] });
  });
  afterAll(async () => {
    await worker?.kill();
    await house?.close();
  });
  const status = async (path: string): Promise<number> =>
    (await fetch(`${worker?.monitor}${path}`, { signal: AbortSignal.timeout(5_000) })).status;

  it('the worker is alive, says what is missing, and sends', async () => {
    await house.launch();
    expect(await status('/healthz')).toBe(200);
    expect(await status('/readyz')).toBe(503);
    expect(await house.rows(`select id from outbox where state = 'sent'`)).not.toEqual([]);
  });

  it('is used once it is there', async () => {
    const backend: QueueBackend = {
      kind: 'postgres',
      url: house.databaseUrl,
      schema: 'lianshao_queue',
    };
    await migrateQueue(backend);
    await eventually(async () => (await status('/readyz')) === 200);
    const alarm = createAlarm(backend, createLogger('silent'));
    try {
      alarm.wake('timers');
      alarm.wake('upkeep');
      await eventually(async () => {
        const waiting = Object.values(await alarm.depths());
        return waiting.every((count) => count === 0);
      });
      const runs = async () =>
        /pump_runs_total\{pump="upkeep",outcome="done"\} (\d+)/.exec(
          await (await fetch(`${worker?.monitor}/metrics`)).text(),
        )?.[1];
      const before = Number(await runs());
      alarm.wake('upkeep');
      await eventually(async () => Number(await runs()) > before);
    } finally {
      await alarm.close();
    }
  });
});

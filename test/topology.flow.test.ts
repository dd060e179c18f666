/** What deploy/compose.yaml describes, without containers: a proxy, two web and two worker processes, Redis with AOF. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from './support/free-port.ts';
import { type House, openHouse } from './support/house.ts';
import { underLoad } from './support/load.ts';
import { type ProductProcess, startProduct } from './support/product-process.ts';
import { startProxy, type WebProxy } from './support/proxy.ts';
import { type OwnRedis, startRedis } from './support/redis-server.ts';
import { eventually, pause } from './support/waiting.ts';

const people = ['0003', '0006', '0008', '0009', '0010', '0013', '0014', '0015'];

type Context = { readonly skip: (note: string) => never };

describe('the topology of the compose file', () => {
  let house: House;
  let directory: string;
  let redis: OwnRedis | null = null;
  let proxy: WebProxy | null = null;
  let webs: ProductProcess[] = [];
  let workers: ProductProcess[] = [];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'lianshao-topology-'));
    // Elsewhere the second address of this machine does not answer.
    if (process.platform !== 'linux') return;
    redis = await startRedis(directory);
    if (redis === null) return;
    house = await openHouse('2026-09-21 09:00', { role: 'web' });
    const environment = { REDIS_URL: redis.url };
    const [port, metricsPort] = [await freePort(), await freePort()];
    const web = (host: string) =>
      startProduct(house, 'web', { host, port, metricsPort, environment });
    webs = [await web('127.0.0.1'), await web('127.0.0.2')];
    proxy = await startProxy(webs.map(({ url }) => new URL(url).host));
    workers = [
      await startProduct(house, 'worker', { environment }),
      await startProduct(house, 'worker', { environment }),
    ];
  });
  afterAll(async () => {
    await proxy?.stop();
    await Promise.all([...webs, ...workers].map((each) => each.kill()));
    await redis?.stop();
    await house?.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const running = ({ skip }: Context): WebProxy => {
    if (process.platform !== 'linux') return skip('only on Linux');
    if (redis === null) return skip('no redis-server');
    return proxy ?? skip('no nginx');
  };
  const pending = async () =>
    (await house.rows(`select 1 from outbox where state = 'pending'`)).length;

  it('every process is well and ready', async (context) => {
    running(context);
    for (const each of [...webs, ...workers])
      for (const path of ['/healthz', '/readyz', '/metrics'])
        expect((await fetch(each.monitor + path)).status).toBe(200);
  });

  it('only the paths of messengers and pages pass the proxy, and no huge body', async (context) => {
    const { url } = running(context);
    for (const path of ['/metrics', '/readyz', '/healthz', '/', '/webhook', '/simulator/api'])
      expect([path, (await fetch(url + path)).status]).toEqual([path, 404]);
    const post = (body: string) => fetch(`${url}/webhook/lark`, { method: 'POST', body });
    expect((await post('{}')).status).toBe(401);
    expect((await post('x'.repeat(1_100_000))).status).toBe(413);
  });

  it('a web process is killed and one is exchanged, under load: nothing fails, everybody is answered once', async (context) => {
    const { url } = running(context);
    const [first, second] = webs;
    if (first === undefined || second === undefined)
      throw new Error('two web processes are wanted');
    const { hostname, port } = new URL(first.url);
    const trouble = async (): Promise<void> => {
      await pause(1_000);
      await first.kill();
      await pause(1_500);
      const back = await startProduct(house, 'web', {
        host: hostname,
        port: Number(port),
        metricsPort: Number(new URL(first.monitor).port),
        environment: { REDIS_URL: redis?.url ?? '' },
      });
      webs = [back, second];
      await pause(3_000);
      expect(await second.stop()).toBe(0);
      await pause(1_000);
    };
    const targets = [{ url, monitor: workers[0]?.monitor ?? '' }];
    const load = await underLoad(house, {
      targets,
      people,
      lanes: 4,
      pauseMs: 100,
      until: trouble(),
    });
    expect(load.failed).toEqual([]);
    expect(load.answered.length).toBeGreaterThan(50);
    await eventually(async () => (await pending()) === 0);
    const [row] = await house.rows<{ inbox: number; sent: number }>(
      `select (select count(*)::int from inbox) as inbox,
              (select count(*)::int from outbox where state = 'sent' and idempotency_key like 'answer-%') as sent`,
    );
    expect(row).toEqual({ inbox: load.answered.length, sent: load.answered.length });
    const chats = await Promise.all(people.map((code) => house.person(code).messages()));
    expect(chats.flat().filter(({ from }) => from === 'bot')).toHaveLength(load.answered.length);
  }, 240_000);

  it('without Redis nobody is taken out and messages still go', async (context) => {
    const { url } = running(context);
    await redis?.stop();
    const [web] = webs;
    await eventually(async () => (await fetch(`${web?.monitor}/readyz`)).status === 503);
    expect((await fetch(`${web?.monitor}/healthz`)).status).toBe(200);
    const targets = [{ url, monitor: web?.monitor ?? '' }];
    const load = await underLoad(house, {
      targets,
      people,
      lanes: 2,
      pauseMs: 100,
      until: pause(1_000),
    });
    expect(load.failed).toEqual([]);
    await eventually(async () => (await pending()) === 0);
  });
});

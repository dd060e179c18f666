/** A process that is told to end loses nothing and fails nobody. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, openHouse } from './support/house.ts';
import { underLoad, words } from './support/load.ts';
import { type ProductProcess, startProduct } from './support/product-process.ts';
import { eventually } from './support/waiting.ts';

const people = ['0003', '0006', '0008', '0009', '0010', '0013', '0014', '0015'];

describe('draining', () => {
  let house: House;
  let processes: ProductProcess[] = [];
  beforeAll(async () => {
    house = await openHouse('2026-09-21 09:00', { role: 'web' });
  });
  afterAll(async () => {
    await Promise.all(processes.map((each) => each.kill()));
    await house?.close();
  });
  const start = async (role: 'web' | 'worker'): Promise<ProductProcess> => {
    const started = await startProduct(house, role);
    processes = [...processes, started];
    return started;
  };
  const status = async (url: string): Promise<number> => (await fetch(url)).status;
  const pending = () => house.rows<{ id: string }>(`select id from outbox where state = 'pending'`);

  it('a web process leaves under load: no request fails, every delivery has one effect', async () => {
    const [leaving, staying] = [await start('web'), await start('web')];
    const seen: number[] = [];
    const answeredAtLeast = (count: number) =>
      eventually(async () => (await house.rows('select 1 from inbox')).length > count);
    const act = async () => {
      await answeredAtLeast(100);
      const ended = leaving.stop();
      await eventually(async () => (await status(`${leaving.monitor}/readyz`)) === 503);
      seen.push(await status(`${leaving.monitor}/healthz`));
      const code = await ended;
      await answeredAtLeast((await house.rows('select 1 from inbox')).length + 100);
      return code;
    };
    const acting = act();
    const targets = [leaving, staying];
    const load = await underLoad(house, { targets, people, lanes: 16, pauseMs: 20, until: acting });
    expect(await acting).toBe(0);
    expect(seen).toEqual([503]);
    expect(await status(`${staying.monitor}/readyz`)).toBe(200);
    expect(load.failed).toEqual([]);
    expect(load.answered.length).toBeGreaterThan(200);
    const rows = await house.rows<{ event: string; messages: number }>(
      `select i.event_id as event, count(o.id)::int as messages from inbox i
       left join outbox o on o.idempotency_key = 'answer-lark-' || i.event_id group by 1`,
    );
    const messagesOf = new Map(rows.map(({ event, messages }) => [event, messages]));
    expect(load.answered.filter((event) => messagesOf.get(event) !== 1)).toEqual([]);
    expect(rows.length).toBe(load.answered.length);
    await staying.stop();
  });

  it('a proxy’s idle connections are not closed before the proxy does', async () => {
    const web = await start('web');
    for (const url of [`${web.url}/webhook/lark`, `${web.monitor}/healthz`]) {
      const { headers } = await fetch(url);
      const seconds = /^timeout=(\d+)$/.exec(headers.get('keep-alive') ?? '')?.[1];
      expect(Number(seconds)).toBeGreaterThan(75);
    }
    await web.stop();
  });

  it('the public port has no health and no figures when they have a port of their own', async () => {
    const web = await start('web');
    expect(await status(`${web.url}/metrics`)).toBe(404);
    expect(await status(`${web.url}/readyz`)).toBe(404);
    expect(await status(`${web.monitor}/metrics`)).toBe(200);
    expect(await status(`${web.monitor}/webhook/lark`)).toBe(404);
    await web.stop();
  });

  it('a worker leaves in the middle of its backlog: the next one goes on at once, nothing twice', async () => {
    await house.rows(`delete from outbox`);
    const url = `${house.url}/webhook/lark`;
    const backlog = Array.from({ length: 20 }, () => people)
      .flat()
      .map((person) => words(house, person, '帮助'));
    for (const { body, headers } of backlog) await fetch(url, { method: 'POST', body, headers });
    expect((await pending()).length).toBe(backlog.length);
    const before = await received();

    const leaving = await start('worker');
    await eventually(async () => (await pending()).length < backlog.length - 40);
    // 0: it ended by itself, before its patience did.
    expect(await leaving.stop()).toBe(0);
    const left = (await pending()).length;
    expect(left).toBeGreaterThan(20);
    expect(await house.rows(`select id from outbox where lease_until is not null`)).toEqual([]);

    const next = await start('worker');
    await eventually(async () => (await pending()).length === 0);
    expect((await received()) - before).toBe(backlog.length);
    expect(await next.stop()).toBe(0);
  });
  /** How many messages the people have from the bot. */
  const received = async (): Promise<number> => {
    const chats = await Promise.all(people.map((code) => house.person(code).messages()));
    return chats.flat().filter(({ from }) => from === 'bot').length;
  };
});

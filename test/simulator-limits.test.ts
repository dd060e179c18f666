/** Rates, faults and the wire log of the stand-in, lark.md §4.11. */
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  app,
  patch,
  person,
  refusalOf,
  send,
  sendText,
  useSimulators,
} from './support/simulator-fixture.ts';

const start = useSimulators();

describe('§4.11 rates', () => {
  it('230020 for the sixth message to one person within a second', async () => {
    const fixture = await start();
    for (let n = 0; n < 5; n += 1) await sendText(fixture);
    expect(await refusalOf(sendText(fixture))).toMatchObject({ status: 400, code: 230020 });
    expect((await sendText(fixture, '好', { to: 'ou_p2' })).code).toBe(0);
    fixture.clock.ms += 1000;
    expect((await sendText(fixture)).code).toBe(0);
  });

  it('99991400 with its headers for the 51st send within a second', async () => {
    const list = Array.from({ length: 60 }, (_, n) => person(n));
    const fixture = await start({ people: () => Promise.resolve(list) });
    for (let n = 0; n < 50; n += 1) await sendText(fixture, '好', { to: `ou_p${n}` });
    const refusal = await refusalOf(sendText(fixture, '好', { to: 'ou_p55' }));
    expect(refusal).toMatchObject({ status: 429, code: 99991400 });
    expect(refusal.headers['x-ogw-ratelimit-limit']).toBe('50');
    expect(refusal.headers['x-ogw-ratelimit-reset']).toBe('1');
  });

  it('1000 a minute', async () => {
    const list = Array.from({ length: 50 }, (_, n) => person(n));
    const fixture = await start({ people: () => Promise.resolve(list) });
    for (let n = 0; n < 1000; n += 1) {
      if (n % 50 === 0) fixture.clock.ms += 1000;
      await sendText(fixture, '好', { to: `ou_p${n % 50}` });
    }
    fixture.clock.ms += 1000;
    const refusal = await refusalOf(sendText(fixture));
    expect(refusal.headers['x-ogw-ratelimit-limit']).toBe('1000');
    expect(Number(refusal.headers['x-ogw-ratelimit-reset'])).toBe(40);
    fixture.clock.ms += 40_000;
    expect((await sendText(fixture)).code).toBe(0);
  });

  it('5 changes a second per message', async () => {
    const fixture = await start();
    const { data } = await send(fixture);
    for (let n = 0; n < 5; n += 1) await patch(fixture, data?.message_id);
    expect((await refusalOf(patch(fixture, data?.message_id))).code).toBe(230020);
  });

  it('can be switched off', async () => {
    const fixture = await start({ enforceRates: false });
    for (let n = 0; n < 8; n += 1) expect((await sendText(fixture)).code).toBe(0);
  });
});

describe('faults', () => {
  it('500, 429 and a refused token strike as often as asked', async () => {
    const fixture = await start();
    fixture.sim.faults.set({ kind: 'error500', times: 2 });
    expect((await refusalOf(sendText(fixture))).status).toBe(500);
    expect((await refusalOf(sendText(fixture))).status).toBe(500);
    expect((await sendText(fixture)).code).toBe(0);
    fixture.sim.faults.set({ kind: 'rateLimited', times: 1, resetSeconds: 7 });
    const limited = await refusalOf(sendText(fixture));
    expect(limited.headers['x-ogw-ratelimit-reset']).toBe('7');
    fixture.sim.faults.set({ kind: 'tokenRefused', times: 1 });
    expect((await refusalOf(sendText(fixture))).code).toBe(99991663);
    expect((await sendText(fixture)).code).toBe(0);
  });

  it('lost: the message is there, the answer is not; the uuid finds it again', async () => {
    const fixture = await start();
    fixture.sim.faults.set({ kind: 'lost', times: 1 });
    await expect(sendText(fixture, '好', { uuid: 'k' })).rejects.toThrow(
      /socket hang up|ECONNRESET/,
    );
    const shown = await fixture.sim.client.chat('ou_p1');
    expect(shown).toHaveLength(1);
    const again = await sendText(fixture, '好', { uuid: 'k' });
    expect(again.data?.message_id).toBe(shown?.[0]?.messageId);
    expect(fixture.sim.wire.entries().some(({ status }) => status === 0)).toBe(true);
  });

  it('hang: nothing is done and nothing is answered', async () => {
    const fixture = await start();
    await sendText(fixture);
    fixture.sim.faults.set({ kind: 'hang', times: 1 });
    const hanging = sendText(fixture).then(
      () => 'answered',
      () => 'cut',
    );
    expect(await Promise.race([hanging, wait(300, 'silent')])).toBe('silent');
    expect(await fixture.sim.client.chat('ou_p1')).toHaveLength(1);
  });

  it('faults on updates leave sends alone', async () => {
    const fixture = await start();
    fixture.sim.faults.set({ kind: 'error500', times: 1, target: 'update' });
    const { data } = await send(fixture);
    expect((await refusalOf(patch(fixture, data?.message_id))).status).toBe(500);
  });
});

describe('wire log', () => {
  it('keeps the newest 500 and never a token or secret', async () => {
    const fixture = await start({ enforceRates: false });
    await sendText(fixture, '先取凭证');
    const text = JSON.stringify(fixture.sim.wire.entries());
    expect(text).not.toContain(app.appSecret);
    expect(text).not.toMatch(/"t-[0-9a-f]/);
    expect(text).toContain('先取凭证');
    for (let n = 0; n < 510; n += 1)
      await fixture.client.request({ url: '/open-apis/bot/v3/info' });
    expect(fixture.sim.wire.entries()).toHaveLength(500);
  });
});

describe('several stand-ins in one process', () => {
  it('share nothing', async () => {
    const [one, two] = [await start(), await start()];
    await sendText(one);
    one.sim.faults.set({ kind: 'error500', times: 5 });
    expect(await two.sim.client.chat('ou_p1')).toEqual([]);
    expect((await sendText(two)).code).toBe(0);
  });
});

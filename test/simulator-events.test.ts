/** What the stand-in pushes to the bot, lark.md §1 and §2. */
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { decrypt, encrypt, sign } from '../simulator/lark/envelope.ts';
import { isJson, type Json } from '../simulator/lark/model.ts';
import { personOf } from './support/simulated-person.ts';
import { app, type Fixture, sendText, useSimulators } from './support/simulator-fixture.ts';

const start = useSimulators();

const memberOf = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((at, key) => (isJson(at) ? at[key] : undefined), value);

const received = 'im.message.receive_v1';
const seconds = (n: number): number => n * 1000;

/** Long enough for one poll of the business clock and a local request: nothing more must come meanwhile. */
const nothingMore = (): Promise<void> => wait(350);
/** The newest attempt has failed, too, and it is settled when the next one follows. */
const failed = (fixture: Fixture, times: number) =>
  expect.poll(() => failuresOf(fixture)).toBe(times);
const failuresOf = ({ sim }: Fixture): number =>
  sim.wire.entries().filter(({ direction, status }) => direction === 'out' && status === 500)
    .length;

describe('§1.4-§1.5 encryption and signature', () => {
  it('opens the official vector', () => {
    expect(decrypt('test key', 'P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=')).toBe('hello world');
  });

  it('§9 seals the known answer', () => {
    const iv = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
    const text = '{"challenge":"c7a1f0d2-demo","token":"vtok_demo_7Qm2","type":"url_verification"}';
    expect(encrypt('demo-encrypt-key-2026', text, iv)).toBe(
      'AAECAwQFBgcICQoLDA0OD4aDIrhZP5cwpr5+gJBdB7PURzx7mOYhkXeermMzbD2IFjn8De5syBNDjkvBhrykdSEAsOUb3NrAUBLQuHq0MmXhbLbIMbnmPtQhd1wiyNK/0IMY8Uj3ZnbL7ea/yVLlGA==',
    );
  });

  it('uses a fresh IV each time and signs raw bytes', () => {
    expect(encrypt('k', 'x')).not.toBe(encrypt('k', 'x'));
    expect(sign('1', '2', 'k', 'body')).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('§2 events', () => {
  it('§2.1 a written text arrives as a signed v2 envelope', async () => {
    const fixture = await start();
    await personOf(fixture.sim, 'ou_p1').say('待办');
    const [first] = fixture.events(received);
    expect(first?.genuine).toBe(true);
    expect(first?.payload).toMatchObject({
      schema: '2.0',
      header: {
        event_type: received,
        create_time: String(fixture.clock.ms),
        token: app.verificationToken,
        app_id: app.appId,
        tenant_key: app.tenantKey,
      },
      event: {
        sender: { sender_id: { open_id: 'ou_p1', union_id: 'on_p1', user_id: 'e1' } },
        message: { chat_type: 'p2p', message_type: 'text', content: '{"text":"待办"}' },
      },
    });
  });

  it('§2.3 entering names the last message', async () => {
    const fixture = await start();
    const sent = await sendText(fixture);
    await personOf(fixture.sim, 'ou_p1').enter();
    const [event] = fixture.events('im.chat.access_event.bot_p2p_chat_entered_v1');
    expect(memberOf(event?.payload, 'event')).toMatchObject({
      chat_id: sent.data?.chat_id,
      last_message_id: sent.data?.message_id,
    });
  });

  it('§2.4 the menu sends its key and whole seconds', async () => {
    const fixture = await start();
    await personOf(fixture.sim, 'ou_p1').menu('menu_tasks');
    const [event] = fixture.events('application.bot.menu_v6');
    expect(memberOf(event?.payload, 'event')).toMatchObject({
      event_key: 'menu_tasks',
      timestamp: Math.floor(fixture.clock.ms / 1000),
    });
    await expect(personOf(fixture.sim, 'ou_p1').menu('x')).rejects.toThrow(/unknown/);
  });
});

describe('§1.7 retries', () => {
  it('repeats after 15 s, 5 min, 1 h and 6 h, then gives up', async () => {
    const fixture = await start();
    fixture.bot.answer = () => 500;
    fixture.sim.start();
    await personOf(fixture.sim, 'ou_p1').say('好');
    const count = (): number => fixture.events(received).length;
    expect(count()).toBe(1);
    for (const [index, delay] of [15, 300, 3600, 21_600].entries()) {
      await failed(fixture, index + 1);
      fixture.clock.ms += seconds(delay) - 1;
      await nothingMore();
      expect(count()).toBe(index + 1);
      fixture.clock.ms += 1;
      await expect.poll(count).toBe(index + 2);
    }
    await failed(fixture, 5);
    fixture.clock.ms += seconds(100_000);
    await nothingMore();
    expect(count()).toBe(5);
    const ids = fixture
      .events(received)
      .map(({ payload }) => memberOf(payload, 'header', 'event_id'));
    expect(new Set(ids).size).toBe(1);
    expect(fixture.events(received).every(({ genuine }) => genuine)).toBe(true);
  });

  it('stops once the bot has answered 200', async () => {
    const fixture = await start();
    let calls = 0;
    fixture.bot.answer = () => {
      calls += 1;
      return calls === 1 ? 503 : {};
    };
    fixture.sim.start();
    await personOf(fixture.sim, 'ou_p1').say('好');
    fixture.clock.ms += seconds(15);
    await expect.poll(() => calls).toBe(2);
    fixture.clock.ms += seconds(10_000);
    await nothingMore();
    expect(calls).toBe(2);
  });

  it('a redirect is a failure', async () => {
    const fixture = await start();
    fixture.bot.answer = () => 302;
    fixture.sim.start();
    await personOf(fixture.sim, 'ou_p1').say('好');
    fixture.clock.ms += seconds(15);
    await expect.poll(() => fixture.events(received)).toHaveLength(2);
  });

  it('no answer within 3 s is a failure', async () => {
    const fixture = await start();
    fixture.bot.answer = () => wait(3200, {});
    fixture.sim.start();
    await personOf(fixture.sim, 'ou_p1').say('好');
    fixture.bot.answer = () => ({});
    fixture.clock.ms += seconds(15);
    await expect.poll(() => fixture.events(received)).toHaveLength(2);
  });
});

describe('§1.8 duplicates on demand', () => {
  const header = (payload: Json | undefined, key: string) => memberOf(payload, 'header', key);

  it('a message comes twice with its message_id, under another event_id', async () => {
    const fixture = await start();
    fixture.sim.faults.set({ kind: 'duplicateEvents', times: 1 });
    await personOf(fixture.sim, 'ou_p1').say('好');
    const [one, two] = fixture.events(received);
    const messageId = (payload: Json | undefined) =>
      memberOf(payload, 'event', 'message', 'message_id');
    expect(messageId(one?.payload)).toBe(messageId(two?.payload));
    expect(header(one?.payload, 'event_id')).not.toBe(header(two?.payload, 'event_id'));
  });

  it('another event comes twice under one event_id', async () => {
    const fixture = await start();
    fixture.sim.faults.set({ kind: 'duplicateEvents', times: 1 });
    await personOf(fixture.sim, 'ou_p1').enter();
    const [one, two] = fixture.events('im.chat.access_event.bot_p2p_chat_entered_v1');
    expect(header(one?.payload, 'event_id')).toBe(header(two?.payload, 'event_id'));
  });
});

/** Clicks on cards at the stand-in, lark.md §2.11, §3.5-§3.7, §4.5. */
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { isJson, type Json, type LarkSimulatorOptions } from '../simulator/lark/model.ts';
import { freePort } from './support/free-port.ts';
import { personOf } from './support/simulated-person.ts';
import {
  actionOf,
  callback,
  cardOf,
  clicksOf,
  type Fixture,
  patch,
  plain,
  send,
  useSimulators,
} from './support/simulator-fixture.ts';

const agree = { tag: 'button', text: plain('同意 (2)'), behaviors: callback({ id: 'r1', v: 3 }) };
const agreeCard = cardOf([agree]);
const doneCard: Json = JSON.parse(cardOf([{ tag: 'markdown', content: '已同意' }]));

const open = useSimulators();

async function start(
  content = agreeCard,
  options: Partial<LarkSimulatorOptions> = {},
): Promise<Fixture> {
  const fixture = await open(options);
  await send(fixture, content);
  return fixture;
}

const one = ({ sim }: Fixture) => personOf(sim, 'ou_p1');

describe('§2.11 the callback', () => {
  it('carries operator, value and context; its toast and card show', async () => {
    const fixture = await start();
    fixture.bot.answer = () => ({
      toast: { type: 'success', content: '已记录' },
      card: { type: 'raw', data: doneCard },
    });
    const result = await one(fixture).click('同意');
    expect(result.toast).toEqual({ type: 'success', content: '已记录' });
    expect(one(fixture).textOf(result.card)).toBe('已同意');
    const [event] = clicksOf(fixture);
    expect(event).toMatchObject({
      operator: { open_id: 'ou_p1', union_id: 'on_p1', user_id: 'e1', tenant_key: 'tk_demo' },
      action: { tag: 'button', value: { id: 'r1', v: 3 } },
      host: 'im_message',
      context: { open_message_id: result.card.messageId },
    });
    expect(String(event?.['token'])).toMatch(/^c-/);
    const [{ payload, genuine } = { payload: {}, genuine: false }] =
      fixture.events('card.action.trigger');
    expect(genuine).toBe(true);
    expect(isJson(payload['header']) && payload['header']['create_time']).toMatch(/^\d{16}$/);
  });

  it('is not repeated when it fails', async () => {
    const fixture = await start();
    fixture.bot.answer = () => 500;
    fixture.sim.start();
    await one(fixture).click('同意');
    fixture.clock.ms += 3600_000;
    await wait(300);
    expect(clicksOf(fixture)).toHaveLength(1);
  });

  it.each<[string, unknown, string]>([
    ['another status', 403, '200671'],
    ['a toast of an unknown kind', { toast: { type: 'ok', content: 'x' } }, '200672'],
    ['a stray member', { message: 'x' }, '200672'],
    ['a list', [], '200672'],
    ['a 1.0 card', { card: { type: 'raw', data: { elements: [] } } }, '200830'],
    [
      'a card with an unknown member',
      { card: { type: 'raw', data: { schema: '2.0', body: { x: 1 } } } },
      '200673',
    ],
    ['a template', { card: { type: 'template', data: { template_id: 'x' } } }, '200673'],
  ])('%s shows %s as %s and leaves the card alone', async (_, answer, code) => {
    const fixture = await start();
    fixture.bot.answer = () => answer;
    const result = await one(fixture).click('同意');
    expect(result.error?.code).toBe(code);
    expect(one(fixture).buttons(result.card)).toEqual(['同意 (2)']);
  });

  it('200341 without an answer within 3 s, 200342 without a listener, 200340 without a URL', async () => {
    const slow = await start();
    slow.bot.answer = () => wait(3300, {});
    expect((await one(slow).click('同意')).error?.code).toBe('200341');
    const dead = await start(agreeCard, { webhookUrl: `http://127.0.0.1:${await freePort()}/` });
    expect((await one(dead).click('同意')).error?.code).toBe('200342');
    const none = await start(agreeCard, { webhookUrl: '' });
    expect((await one(none).click('同意')).error?.code).toBe('200340');
  });

  it('a dropped answer: the bot has acted, the person sees 200341', async () => {
    const fixture = await start();
    fixture.sim.faults.set({ kind: 'dropCallbackAnswer', times: 1 });
    fixture.bot.answer = () => ({ card: { type: 'raw', data: doneCard } });
    expect((await one(fixture).click('同意')).error?.code).toBe('200341');
    expect(clicksOf(fixture)).toHaveLength(1);
  });

  it('§8 a card older than 14 days never reaches the bot', async () => {
    const fixture = await start();
    fixture.clock.ms += 14 * 24 * 3600_000;
    expect((await one(fixture).click('同意')).error).toBeNull();
    fixture.clock.ms += 1;
    expect((await one(fixture).click('同意')).error?.code).toBe('expired');
    expect(clicksOf(fixture)).toHaveLength(1);
  });

  it('a click on what the card showed before still goes out', async () => {
    const fixture = await start();
    const seen = await one(fixture).lastCard();
    await patch(fixture, seen.messageId);
    await one(fixture).click('同意', { card: seen });
    expect(actionOf(fixture)).toMatchObject({ value: { id: 'r1', v: 3 } });
  });

  it('nobody clicks in the chat of another', async () => {
    const fixture = await start();
    const card = await one(fixture).lastCard();
    const result = await personOf(fixture.sim, 'ou_p2').click('同意', { card });
    expect(result.error?.code).toBe('notFound');
  });
});

describe('§3.1 forwarding', () => {
  const two = ({ sim }: Fixture) => personOf(sim, 'ou_p2');

  it('the copy calls back with the clicker and its own message', async () => {
    const fixture = await start();
    const mine = await one(fixture).lastCard();
    expect(await one(fixture).forward('ou_p2')).toBeNull();
    expect((await two(fixture).messages()).at(-1)?.forwarded).toBe(true);
    const { card } = await two(fixture).click('同意');
    expect(clicksOf(fixture).at(-1)).toMatchObject({
      operator: { open_id: 'ou_p2' },
      context: { open_message_id: card.messageId },
    });
    expect(card.messageId).not.toBe(mine.messageId);
  });

  it('enable_forward false refuses; enable_forward_interaction false makes a dead copy', async () => {
    const fixed = await start(
      cardOf([agree], { config: { update_multi: true, enable_forward: false } }),
    );
    expect(await one(fixed).forward('ou_p2')).toMatch(/不支持转发/);
    const dead = await start(
      cardOf([agree], { config: { update_multi: true, enable_forward_interaction: false } }),
    );
    await one(dead).forward('ou_p2');
    expect((await two(dead).click('同意')).error?.code).toBe('forwarded');
    expect(clicksOf(dead)).toHaveLength(0);
  });
});

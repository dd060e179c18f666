/** Changing what was sent, lark.md §4.4, §4.8. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../simulator/lark/model.ts';
import { personOf } from './support/simulated-person.ts';
import {
  callback,
  cardOf,
  changed,
  clicksOf,
  type Fixture,
  original,
  patch,
  plain,
  refusalOf,
  send,
  sendText,
  useSimulators,
} from './support/simulator-fixture.ts';

const start = useSimulators();

const agree = { tag: 'button', text: plain('同意'), behaviors: callback({ id: 'r1' }) };
const doneCard: Json = JSON.parse(cardOf([{ tag: 'markdown', content: '已同意' }]));
const one = ({ sim }: Fixture) => personOf(sim, 'ou_p1');
const tokenOf = (fixture: Fixture): string => String(clicksOf(fixture).at(-1)?.['token']);

async function clickable(): Promise<Fixture> {
  const fixture = await start();
  await send(fixture, cardOf([agree]));
  return fixture;
}

const day = 24 * 3600_000;
describe('§4.4 PATCH', () => {
  it('replaces the card until 14 days have passed', async () => {
    const fixture = await start();
    const { data } = await send(fixture);
    fixture.clock.ms += 14 * day;
    fixture.forgetToken();
    expect((await patch(fixture, data?.message_id)).code).toBe(0);
    expect(await original(fixture, data?.message_id)).toMatchObject({
      updated: true,
      body: { content: changed },
    });
    fixture.clock.ms += 1000;
    expect((await refusalOf(patch(fixture, data?.message_id))).code).toBe(230031);
  });

  it('asks for update_multi in the old and the new card', async () => {
    const fixture = await start();
    const silent = cardOf([], { config: {} });
    const without = await send(fixture, silent);
    const withIt = await send(fixture);
    const old = await refusalOf(patch(fixture, without.data?.message_id));
    const fresh = await refusalOf(patch(fixture, withIt.data?.message_id, silent));
    for (const refusal of [old, fresh]) {
      expect(refusal.code).toBe(230099);
      expect(refusal.msg).toContain('update_multi');
    }
  });

  it.each([
    ['a 1.0 card', '{"elements":[]}', /ErrCode: 200830/],
    ['a card with an unknown member', cardOf([{ tag: 'hr', x: 1 }]), /ErrCode: 200621/],
  ])('refuses %s', async (_, content, msg) => {
    const fixture = await start();
    const { data } = await send(fixture);
    const refusal = await refusalOf(patch(fixture, data?.message_id, content));
    expect(refusal.msg).toMatch(msg);
  });

  it('refuses texts, unknown ids and messages of people', async () => {
    const fixture = await start();
    const text = await sendText(fixture);
    expect((await refusalOf(patch(fixture, text.data?.message_id))).code).toBe(230001);
    expect((await refusalOf(patch(fixture, 'om_x'))).code).toBe(99992354);
    await fixture.sim.client.say('ou_p1', '你好');
    const mine = (await fixture.sim.client.chat('ou_p1'))?.at(-1);
    expect((await refusalOf(patch(fixture, mine?.messageId))).code).toBe(230012);
  });
});

describe('§4.8 urgent', () => {
  it('tells who cannot be reached', async () => {
    const fixture = await start();
    const { data } = await send(fixture);
    const result = await fixture.client.im.v1.message.urgentApp({
      path: { message_id: data?.message_id ?? '' },
      params: { user_id_type: 'open_id' },
      data: { user_id_list: ['ou_p1', 'ou_x'] },
    });
    expect(result.data?.invalid_user_id_list).toEqual(['ou_x']);
  });
});

describe('§4.5 delayed update', () => {
  const update = ({ client }: Fixture, token: string, card: Json = doneCard) =>
    client.request({
      method: 'POST',
      url: '/open-apis/interactive/v1/card/update',
      data: { token, card },
    });

  it('works twice, then is used up', async () => {
    const fixture = await clickable();
    await one(fixture).click('同意');
    const token = tokenOf(fixture);
    await update(fixture, token);
    expect(one(fixture).textOf(await one(fixture).lastCard())).toBe('已同意');
    await update(fixture, token);
    expect((await refusalOf(update(fixture, token))).code).toBe(300040);
  });

  it('ends after 30 minutes', async () => {
    const fixture = await clickable();
    await one(fixture).click('同意');
    fixture.clock.ms += 1800_000;
    expect(await update(fixture, tokenOf(fixture))).toMatchObject({ code: 0 });
    fixture.clock.ms += 1;
    expect((await refusalOf(update(fixture, tokenOf(fixture)))).code).toBe(300030);
  });

  it('is refused before the click is answered, and so is PATCH', async () => {
    const fixture = await clickable();
    const seen: unknown[] = [];
    fixture.bot.answer = async (event) => {
      const early = await refusalOf(update(fixture, String(event['token'])));
      const { messageId } = await one(fixture).lastCard();
      const locked = await refusalOf(patch(fixture, messageId));
      seen.push(early.msg, locked.code, locked.msg);
      return {};
    };
    await one(fixture).click('同意');
    expect(seen).toEqual(['card action is lock', 230099, expect.stringContaining('is lock')]);
    const { messageId } = await one(fixture).lastCard();
    expect((await patch(fixture, messageId, changed)).code).toBe(0);
  });

  it('refuses unknown tokens, bad cards and a missing card', async () => {
    const fixture = await clickable();
    await one(fixture).click('同意');
    expect((await refusalOf(update(fixture, 'c-x'))).code).toBe(300020);
    const bad = { schema: '2.0', body: { x: 1 } };
    expect((await refusalOf(update(fixture, tokenOf(fixture), bad))).code).toBe(230099);
    const call = fixture.client.request({
      method: 'POST',
      url: '/open-apis/interactive/v1/card/update',
      data: { token: tokenOf(fixture) },
    });
    expect((await refusalOf(call)).code).toBe(10002);
  });
});

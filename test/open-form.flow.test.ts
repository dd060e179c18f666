/** A card in which somebody is writing: what is typed there is known to nobody else until it is sent in. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeCycle } from '../services/cycle-close.ts';
import { answers, HEAD, openForm, ownCard, reviewCardOf, submit } from './support/chain.ts';
import { type House, openHouse } from './support/house.ts';
import type { SeenCard } from './support/simulated-person.ts';

let house: House;
let cycleId: string;
beforeAll(async () => {
  house = await openHouse();
  cycleId = await house.launch();
}, 60_000);
afterAll(() => house?.close());

const refreshesOf = (code: string) =>
  house.rows(`select id from outbox where state = 'pending' and content->>'kind' = 'refresh'
    and person_code = '${code}'`);
/** Every update a message has got shows in its card; an untouched one is the same to the letter. */
const nowOf = async (code: string, { messageId }: SeenCard): Promise<SeenCard> => {
  const found = (await house.person(code).cards()).find((card) => card.messageId === messageId);
  if (found === undefined) throw new Error('the card is gone');
  return found;
};
const pass = async (duration: string): Promise<void> => {
  await house.clock.advance(duration);
  await house.settle();
};

describe('a refresh leaves a form alone that is being filled in', () => {
  it('RISK-06 opened right after the form was taken back', async () => {
    const author = house.person('0013');
    await submit(house, '0013');
    await pass('PT10S');
    await author.click('撤回', { card: await ownCard(house, '0013') });
    const open = await openForm(house, '0013');
    expect(author.buttons(open)).toContain('提交');
    expect(await refreshesOf('0013')).toHaveLength(1);
    await pass('PT10S');
    expect(await refreshesOf('0013')).toEqual([]);
    expect(await nowOf('0013', open)).toEqual(open);

    const { toast } = await author.click('提交', { card: open, values: answers });
    expect(toast?.type).toBe('success');
    await pass('PT10S');
    expect(author.textOf(await nowOf('0013', open))).toContain('审核中');
  });

  it('RISK-45 opened while it was not yet known that its card had arrived', async () => {
    await submit(house, '0014');
    await pass('PT10S');
    const asked = await reviewCardOf(house, HEAD, '汪远林');
    house.lark.faults.set({ kind: 'lost', times: 1, target: 'send' });
    await house.person(HEAD).click('退回', { card: asked, values: { 意见: '请补充' } });
    await house.settle();
    const unknown = `select id from outbox where state = 'pending' and content->>'kind' = 'announce'`;
    expect(await house.rows(unknown)).toHaveLength(1);
    const open = await openForm(house, '0014');
    await pass('PT1M');
    expect(await house.rows(unknown)).toEqual([]);
    expect(await nowOf('0014', open)).toEqual(open);
  });

  it('RISK-12 the reviewer’s, who has turned its pages; taken back, it goes', async () => {
    const head = house.person('0015');
    await submit(house, '0016');
    await pass('PT10S');
    const asked = await reviewCardOf(house, '0015', '孟书禾');
    await head.click('查看', { card: asked });
    const back = (await head.click('返回', { card: await nowOf('0015', asked) })).card;
    expect(head.buttons(back)).toContain('同意');
    await house.person('0016').click('撤回', { card: await ownCard(house, '0016') });
    await house.settle();
    expect(head.buttons(await nowOf('0015', asked))).not.toContain('同意');
  });

  it('a form that no longer takes answers goes', async () => {
    const open = await openForm(house, '0019');
    await closeCycle(house.admin(), cycleId);
    house.app.wake();
    await house.settle();
    const closed = await nowOf('0019', open);
    expect(house.person('0019').buttons(closed)).toEqual([]);
    expect(house.person('0019').textOf(closed)).toContain('已终止');
  });
});

/** The answer to a click is lost on its way: the card must not keep asking. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HEAD, reviewCardOf, submit } from './support/chain.ts';
import { type House, openHouse } from './support/house.ts';

describe('a lost answer to a click', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse();
    await house.launch();
    await submit(house, '0013');
  }, 60_000);
  afterAll(() => house?.close());

  it('RISK-12 the decided card is repeated and loses its buttons without another click', async () => {
    const head = house.person(HEAD);
    const asked = await reviewCardOf(house, HEAD, '丁若溪');
    house.lark.faults.set({ kind: 'dropCallbackAnswer', times: 1 });
    const lost = await head.click('同意', { card: asked, values: { 意见: '同意上报' } });
    expect(lost.error).not.toBeNull();
    expect(head.buttons(lost.card)).toContain('同意');

    await house.clock.advance('PT10S');
    await house.settle();
    const shown = (await head.cards()).find(({ messageId }) => messageId === asked.messageId);
    if (shown === undefined) throw new Error('the card is gone');
    expect(head.buttons(shown)).not.toContain('同意');
    expect(head.textOf(shown)).toContain('同意上报');
  });
});

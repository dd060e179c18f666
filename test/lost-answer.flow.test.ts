/** The answer to a click is lost on its way: the card must not keep asking. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { OrganisationTexts } from '../services/organisation-import.ts';
import { HEAD, ownCard, reviewCardOf, submit } from './support/chain.ts';
import { useLaunchedHouse } from './support/hooks.ts';

describe('a lost answer to a click', () => {
  const house = useLaunchedHouse();
  beforeAll(async () => {
    await submit(house, '0013');
  });

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

describe('a card whose answer was lost', () => {
  const house = useLaunchedHouse();

  it('RISK-12 shows the state of now, although the platform kept the first attempt', async () => {
    const author = house.person('0013');
    const head = house.person(HEAD);
    // Lost every time until the author has withdrawn: the message is tried again within a second.
    house.lark.faults.set({ kind: 'lost', times: 1_000, target: 'send' });
    await submit(house, '0013');
    expect(head.buttons(await reviewCardOf(house, HEAD, '丁若溪'))).toContain('同意');
    const unsent = `select id from outbox where state = 'pending' and content->>'kind' = 'announce'`;
    expect(await house.rows(unsent)).toHaveLength(1);
    const { toast } = await author.click('撤回', { card: await ownCard(house, '0013') });
    expect(toast?.type).toBe('success');

    house.lark.faults.clear();
    await house.clock.advance('PT10M');
    await house.settle();
    const cards = (await head.cards()).filter((card) => head.textOf(card).includes('丁若溪'));
    expect(cards).toHaveLength(1);
    expect(cards.flatMap((card) => head.buttons(card))).not.toContain('同意');
  });

  it('RISK-06 is not sent again after hours, although it was clicked meanwhile', async () => {
    const head = house.person(HEAD);
    house.lark.faults.set({ kind: 'lost', times: 1_000, target: 'send' });
    await submit(house, '0014');
    const asked = await reviewCardOf(house, HEAD, '汪远林');
    const { toast } = await head.click('同意', { card: asked, values: { 意见: '同意' } });
    expect(toast?.type).toBe('success');

    house.lark.faults.clear();
    await house.clock.advance('PT2H');
    await house.settle();
    const cards = (await head.cards()).filter((card) => head.textOf(card).includes('汪远林'));
    expect(cards.map(({ messageId }) => messageId)).toEqual([asked.messageId]);
    expect(await house.rows(`select id from outbox where state = 'pending'`)).toEqual([]);
  });
});

describe('a card that may have arrived and no longer concerns its receiver', () => {
  const house = useLaunchedHouse();

  const moved = (from: string, to: string) => (texts: OrganisationTexts) => ({
    ...texts,
    'assignments.csv': texts['assignments.csv'].replace(
      `${from},role,department_head`,
      `${to},role,department_head`,
    ),
  });
  const cardsAbout = async (code: string, author: string) =>
    (await house.person(code).cards()).filter((card) =>
      house.person(code).textOf(card).includes(author),
    );

  it.each([
    { how: 'looked for in the chat', head: '0018', author: '0019', next: '0020', chat: true },
    { how: 'found by its key', head: '0021', author: '0022', next: '0023', chat: false },
  ])('ORG-07 loses its buttons: $how', async ({ head, author, next, chat }) => {
    const name = await nameOf(author);
    if (!chat) await house.rows('update person_identity set chat_ref = null');
    house.lark.faults.set({ kind: 'lost', times: 1, target: 'send' });
    await submit(house, author);
    const [asked] = await cardsAbout(head, name);
    expect(asked && house.person(head).buttons(asked)).toContain('同意');

    await house.reorganise(moved(head, next));
    await house.clock.advance('PT10S');
    await house.settle();
    const cards = await cardsAbout(head, name);
    expect(cards).toHaveLength(1);
    expect(cards.flatMap((card) => house.person(head).buttons(card))).toEqual([]);
    expect(await house.rows(`select id from outbox where state = 'pending'`)).toEqual([]);
  });
  const nameOf = async (code: string): Promise<string> => {
    const [row] = await house.rows<{ name: string }>(
      `select name from person where code = '${code}'`,
    );
    return row?.name ?? '';
  };
});

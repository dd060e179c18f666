/** Every kind of step in the messenger, with the clock moved; a deputy and several signatures at once by chat. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchCycle } from '../services/cycle.ts';
import {
  answers,
  FORM,
  HEAD,
  historyOf,
  LEADER,
  meeting,
  OFFICE,
  ownCard,
  review,
  reviewCardOf,
  sign,
  submit,
  titleOf,
} from './support/chain.ts';
import { everyStep } from './support/every-step.ts';
import { type House, openHouse, UNIT } from './support/house.ts';
import type { SeenCard } from './support/simulated-person.ts';

const AUTHOR = '0013';
const NAME = '丁若溪';

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, 60_000);
afterAll(() => house?.close());

const launch = async (): Promise<void> => {
  const result = await launchCycle(house.admin(), { loaded: everyStep, unitCode: UNIT });
  if (!result.ok) throw new Error(result.refusal.code);
  house.app.wake();
  await house.settle();
};

/** Clicks and settles. @throws when the click is refused */
async function clicked(
  code: string,
  button: string,
  card: SeenCard,
  values: Parameters<typeof review>[4] = {},
): Promise<SeenCard> {
  const result = await house.person(code).click(button, { card, values });
  const refusedWith = ['error', 'warning'].includes(result.toast?.type ?? '');
  if (refusedWith) throw new Error(`${button}: ${result.toast?.content}`);
  await house.settle();
  return result.card;
}
const textFor = async (code: string, card: Promise<SeenCard>): Promise<string> =>
  house.person(code).textOf(await card);

describe('every kind of step', () => {
  beforeAll(launch);

  it('RISK-08 a colleague adds something, and the author accepts it and writes it himself', async () => {
    expect(await textFor(AUTHOR, ownCard(house, AUTHOR))).toContain('群众帮');
    await submit(house, AUTHOR);
    const asked = await reviewCardOf(house, '0014', NAME);
    expect(house.person('0014').textOf(asked)).toContain('没有补充的，不必办理');
    const after = await clicked('0014', '提交意见', asked, { 补充意见: '还有代办风险' });
    expect(house.person('0014').textOf(after)).toContain('还有代办风险');
    const own = await ownCard(house, AUTHOR);
    expect(house.person(AUTHOR).textOf(own)).toContain('待答复1条');
    const early = await house.person(AUTHOR).click('结束征求意见', { card: own });
    expect(early.toast?.content).toContain('还有1条补充意见没有答复');
    const one = await clicked(AUTHOR, '答复', await ownCard(house, AUTHOR));
    await clicked(AUTHOR, '采纳', one, { 答复: '谢谢提醒' });
    const unwritten = await house
      .person(AUTHOR)
      .click('结束征求意见', { card: await ownCard(house, AUTHOR) });
    expect(unwritten.toast?.content).toContain('还没有写进表格');
    const form = await clicked(AUTHOR, '修改表格', await ownCard(house, AUTHOR));
    await clicked(AUTHOR, '提交', form, { ...answers, 风险内容: '代办手续时可能收受好处' });
    await clicked(AUTHOR, '结束征求意见', await ownCard(house, AUTHOR));
    const lapsed = await textFor('0014', reviewCardOf(house, '0014', NAME));
    expect(lapsed).not.toContain('提交意见');
  });

  it('RISK-13 the head records the discussion, then signs; both leaders sign', async () => {
    const record = await reviewCardOf(house, HEAD, NAME);
    expect(house.person(HEAD).textOf(record)).toContain('已采纳：谢谢提醒');
    await clicked(HEAD, '记录研究结果', record, { 出席人员: [NAME, '秦立言'], 意见: '逐条研究' });
    await sign(house, HEAD, NAME);
    await sign(house, LEADER, NAME);
    await review(house, OFFICE, NAME, '同意', meeting);
  });

  it('GRADE-12 RISK-15 ORG-24 the branch checks, then two bodies confirm; nowhere stands 立案', async () => {
    const check = await reviewCardOf(house, '0015', NAME);
    await clicked('0015', '核对无误', check);
    expect(await textFor(AUTHOR, ownCard(house, AUTHOR))).toContain('已审定、待备案');
    const filing = await reviewCardOf(house, OFFICE, NAME);
    const text = house.person(OFFICE).textOf(filing);
    expect(text).toContain('已审定、待备案');
    expect(house.person(OFFICE).buttons(filing)).not.toContain('退回');
    const next = await clicked(OFFICE, '确认领导小组办公室已收到备案', filing);
    const missing = await house.person(OFFICE).click('登记市惩防办备案', {
      card: next,
      values: { 市惩防办备案文号: '' },
    });
    expect(missing.toast?.content ?? missing.error?.text).toContain('备案文号');
    await clicked(OFFICE, '登记市惩防办备案', await reviewCardOf(house, OFFICE, NAME), {
      市惩防办备案文号: '惩防〔2026〕1号',
    });
    const done = await textFor(AUTHOR, ownCard(house, AUTHOR));
    expect(done).toContain('已登记');
    expect(done).toContain('FX-QLSF-2026-0001');
    const words = await Promise.all(
      [AUTHOR, OFFICE, HEAD].map(async (code) => {
        const cards = await house.person(code).cards();
        return cards.map((card) => house.person(code).textOf(card)).join();
      }),
    );
    expect(words.join()).not.toContain('立案');
    expect((await historyOf(house, AUTHOR)).map(({ action }) => action)).toEqual([
      ...['submitted', 'commented', 'accepted', 'amended', 'closed', 'discussed'],
      ...['agreed', 'agreed', 'decided', 'checked', 'filed', 'filed'],
    ]);
  });

  it('RISK-08 nobody but the author is reminded; when the time is over the form goes on by itself', async () => {
    await submit(house, '0016');
    await house.at('2026-09-23 10:00');
    const reminded = async (code: string) =>
      (await house.person(code).cards()).filter((card) => {
        const text = house.person(code).textOf(card);
        return titleOf(house.person(code), card).includes('提醒') && text.includes('群众帮');
      });
    expect(await reminded('0016')).not.toHaveLength(0);
    expect(await reminded('0017')).toHaveLength(0);
    await house.at('2026-09-25 09:00');
    expect((await historyOf(house, '0016')).at(-1)).toMatchObject({ action: 'expired' });
    const record = await reviewCardOf(house, '0015', '孟书禾');
    expect(house.person('0015').buttons(record)).toContain('记录研究结果');
  });
});

describe('who stands in', () => {
  it('a deputy signs several forms at once, and every record says for whom', async () => {
    await house.launch('2026-09-25');
    for (const author of ['0010', '0011']) await submit(house, author);
    const head = house.person('0009');
    await head.say('代理');
    await house.settle();
    const offer = await head.lastCard();
    await clicked('0009', '指定代理人', offer, {
      代理人: '梁书晚',
      代理开始日期: '2026-09-28',
      代理结束日期: '2026-09-29',
    });
    await house.at('2026-09-28 09:00');
    const deputy = house.person('0010');
    await deputy.say('批量同意');
    await house.settle();
    const card = await deputy.lastCard();
    expect(deputy.textOf(card)).toContain('钟叔衡');
    // His own form is no deputy's to sign.
    expect(deputy.textOf(card)).not.toContain('梁书晚的');
    const { toast } = await deputy.click('同意以上1份', { card, values: { 意见: '已审阅' } });
    expect(toast?.content).toBe('已签署同意1份');
    await house.settle();
    const author = house.person('0011');
    const own = (await author.cards()).findLast(
      (each) => titleOf(author, each) === FORM && author.textOf(each).includes('审核中'),
    );
    expect(own && author.textOf(own)).toMatch(/梁书晚 代 /);
  });
});

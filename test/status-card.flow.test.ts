/** A superior who is told that something is late may see how it stands, and nothing else (PLAN-32, ORG-21, ORG-29). */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  answers,
  cardTitled,
  HEAD,
  LEADER,
  meeting,
  OFFICE,
  review,
  reviewCardOf,
  sign,
  submit,
} from './support/chain.ts';
import { forgedClick } from './support/forged.ts';
import { useLaunchedHouse } from './support/hooks.ts';

/** Head of the leading group besides: he may look into every form (ORG-29). */
const PRINCIPAL = '0001';

describe('what a superior may open', () => {
  const house = useLaunchedHouse();
  beforeAll(async () => {
    await submit(house, '0013');
    await review(house, HEAD, '丁若溪', '退回', { 意见: '仅供办理人员' });
    await submit(house, '0013');
    // The head's step was due on 2026-09-29: both escalations are past.
    for (const day of ['09-30', '10-09', '10-12', '10-13', '10-14', '10-15'])
      await house.at(`2026-${day} 10:00`);
  });

  const opened = async (code: string) => {
    const person = house.person(code);
    const reminder = await cardTitled(person, '逾期提醒');
    expect(person.textOf(reminder)).toContain('秦立言尚未办理“股室负责人签署意见”');
    const shown = await person.click('查看', { card: reminder });
    expect(shown.toast).toEqual({ type: 'success', content: '已发送到会话底部' });
    await house.settle();
    return reviewCardOf(house, code, '丁若溪');
  };

  it('B1 PLAN-32 ORG-29 查看 on the escalated reminder shows who has it, not what is in it', async () => {
    const leader = house.person(LEADER);
    const card = await opened(LEADER);
    const text = leader.textOf(card);
    for (const words of ['已逾期', '截止', '2026年9月29日(周二)', '股室负责人签署意见', '秦立言'])
      expect(text).toContain(words);
    for (const words of [
      answers.风险内容,
      answers.防控措施,
      '仅供办理人员',
      '办理记录',
      '风险点（',
    ])
      expect(text).not.toContain(words);
    expect(leader.buttons(card)).toEqual(['刷新']);
    const again = await leader.click('刷新', { card });
    expect(again.toast).toBeNull();
    expect(leader.textOf(again.card)).toBe(text);
    expect(house.person(PRINCIPAL).textOf(await opened(PRINCIPAL))).toContain(answers.风险内容);
  });

  it('ORG-29 the full text stays closed to those who see the status, and everything to colleagues', async () => {
    const card = await reviewCardOf(house, HEAD, '丁若溪');
    for (const openId of [`ou_demo_${LEADER}`, 'ou_demo_0014']) {
      for (const button of ['查看', '查看办理记录']) {
        const answer = await forgedClick(house, openId, card, button)();
        expect(answer, `${openId} ${button}`).toMatchObject({
          toast: { type: 'error' },
          card: null,
        });
      }
    }
    const pages = await house.person(HEAD).click('查看办理记录', { card });
    const refresh = await forgedClick(house, 'ou_demo_0014', pages.card, '返回')();
    expect(refresh).toMatchObject({ toast: { type: 'error' }, card: null });
    await house.person(HEAD).click('返回', { card: pages.card });
  });

  it('RISK-12 B5 when it is the leader’s turn he reads everything, opinions page by page', async () => {
    await sign(house, HEAD, '丁若溪');
    const leader = house.person(LEADER);
    const card = await reviewCardOf(house, LEADER, '丁若溪');
    expect(leader.buttons(card)).toContain('同意');
    const pages = await leader.click('查看办理记录', { card });
    expect(leader.textOf(pages.card)).toContain('意见：仅供办理人员');
    const back = await leader.click('返回', { card: pages.card });
    expect(leader.buttons(back.card)).toContain('同意');
  });

  it('C10 RISK-13 who attended is shown by name after having left the leading group', async () => {
    await sign(house, LEADER, '丁若溪');
    const held = { ...meeting, 会议日期: '2026-10-15' };
    const { toast } = await review(house, OFFICE, '丁若溪', '同意', held);
    expect(toast?.type, toast?.content).toBe('success');
    await house.reorganise((texts) => ({
      ...texts,
      'assignments.csv': texts['assignments.csv'].replaceAll(
        /^(0004,role,leading_group_member,\w+,[\d-]+),.*$/gm,
        '$1,2026-10-14',
      ),
    }));
    await house.settle();
    const office = house.person(OFFICE);
    const shown = await office.click('查看办理记录', {
      card: await reviewCardOf(house, OFFICE, '丁若溪'),
    });
    expect(office.textOf(shown.card)).toContain('出席：沈远乔、陆清和、顾若川');
  });
});

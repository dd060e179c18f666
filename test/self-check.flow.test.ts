/** The first job, end to end in the chat: S2's personal form from launch to register. */
import { describe, expect, it } from 'vitest';
import { answers } from './support/chain.ts';
import { useLaunchedHouse } from './support/hooks.ts';

describe('S2 personal self-check from card to register', () => {
  const house = useLaunchedHouse();

  it('RISK-06 RISK-12 RISK-13 RISK-14 RISK-31 TC-28 goes through both signatures and the meeting', async () => {
    const author = house.person('0013');
    expect(author.textOf(await author.lastCard())).toContain('截止');
    await author.click('填写自查表');
    const submitted = await author.click('提交', { values: answers });
    expect(submitted.toast?.type).toBe('success');
    await house.settle();

    const head = house.person('0012');
    expect(head.textOf(await head.lastCard())).toContain('丁若溪');
    const empty = await head.click('同意', { values: {} });
    expect(empty.toast?.type).toBe('error');
    expect(empty.toast?.content).toContain('意见');
    const signed = await head.click('同意', { values: { 意见: '同意上报' } });
    expect(signed.toast?.type).toBe('success');
    await house.settle();

    const leader = house.person('0002');
    const agreed = await leader.click('同意', { values: { 意见: '同意' } });
    expect(agreed.toast?.type).toBe('success');
    await house.settle();

    const office = house.person('0007');
    const decided = await office.click('同意', {
      values: { 出席人员: ['沈远乔', '陆清和', '顾若川'], 意见: '审定通过' },
    });
    expect(decided.toast).toEqual({ type: 'success', content: '已审定，登记1个风险点' });
    await house.settle();
    expect(author.textOf(await author.lastCard())).toContain('FX-QLSF-2026-0001');
  });
});

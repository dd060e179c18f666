/** Forms that come back: returned by a reviewer or the meeting, taken back by their author. */
import { describe, expect, it } from 'vitest';
import {
  answers,
  cardTitled,
  FORM,
  HEAD,
  historyOf,
  LEADER,
  meeting,
  OFFICE,
  openForm,
  ownCard,
  review,
  reviewCardOf,
  sign,
  submit,
} from './support/chain.ts';
import { useLaunchedHouse } from './support/hooks.ts';

describe('forms that come back to their author', () => {
  const house = useLaunchedHouse();

  it('RISK-45 a head returns with a comment: fresh card with the opinion, version 2, signatures start anew', async () => {
    const author = house.person('0013');
    await submit(house, '0013');
    const cardsBefore = (await author.cards()).length;

    const silent = await review(house, HEAD, '丁若溪', '退回', {});
    expect(silent.toast).toEqual({ type: 'error', content: '请填写“意见”后再提交。' });
    const returned = await review(house, HEAD, '丁若溪', '退回', { 意见: '内容太笼统，请写具体' });
    expect(returned.toast).toEqual({ type: 'success', content: '已退回填报人' });
    const head = house.person(HEAD);
    expect(head.buttons(returned.card)).not.toContain('同意');
    expect(head.textOf(returned.card)).toMatch(/秦立言.{1,24}已退回 · /);
    expect(head.textOf(returned.card)).toContain('2026年9月21日(周一) 09:0');

    expect((await author.cards()).length).toBe(cardsBefore + 1);
    const fresh = await ownCard(house, '0013');
    expect(author.textOf(fresh)).toContain('秦立言退回：内容太笼统，请写具体');
    const form = await openForm(house, '0013');
    expect(author.textOf(form)).toContain('已写好的风险点（1个）');
    const again = await author.click('修改第1个', { card: form });
    const sent = await author.click('提交', {
      card: again.card,
      values: { 风险内容: '审批保外就医材料时可能收受好处' },
    });
    expect(sent.toast?.type).toBe('success');
    await house.settle();

    await sign(house, HEAD, '丁若溪', '已补充，同意');
    await sign(house, LEADER, '丁若溪', '同意');
    const versions = await house.rows<{ version: number; content: string }>(
      `select v.version, v.content->'points'->0->>'content' as content from form_version v
       join procedure p on p.id = v.procedure_id where subject_person = '0013' order by v.version`,
    );
    expect(versions).toEqual([
      { version: 1, content: '审批材料时可能收受好处' },
      { version: 2, content: '审批保外就医材料时可能收受好处' },
    ]);
  });

  it('RISK-13 RISK-14 RISK-45 the meeting returns: both signatures are needed again, all opinions stay readable', async () => {
    const office = house.person(OFFICE);
    const card = await reviewCardOf(house, OFFICE, '丁若溪');
    expect(office.textOf(card)).toContain('意见：内容太笼统，请写具体');
    expect(office.textOf(card)).toContain('意见：已补充，同意');
    const noMeeting = await review(house, OFFICE, '丁若溪', '退回', { 意见: '措施不够' });
    expect(noMeeting.toast?.type).toBe('error');
    expect(noMeeting.toast?.content).toContain('出席人员');
    expect(office.textOf(noMeeting.card)).toContain('措施不够');
    const returned = await review(house, OFFICE, '丁若溪', '退回', {
      ...meeting,
      意见: '措施不够，请再研究',
    });
    expect(returned.toast?.type).toBe('success');

    const author = house.person('0013');
    expect(author.textOf(await ownCard(house, '0013'))).toContain('邵景行退回：措施不够，请再研究');
    const form = await openForm(house, '0013');
    await author.click('提交', { card: form });
    await house.settle();
    expect(
      (await historyOf(house, '0013')).map(({ action, version }) => [action, version]),
    ).toEqual([
      ['submitted', 1],
      ['returned', 1],
      ['submitted', 2],
      ['agreed', 2],
      ['agreed', 2],
      ['returned', 2],
      ['submitted', 3],
    ]);
    const leader = house.person(LEADER);
    expect(leader.buttons(await reviewCardOf(house, LEADER, '丁若溪'))).not.toContain('同意');
    await sign(house, HEAD, '丁若溪', '同意第三版');
    expect(leader.buttons(await reviewCardOf(house, LEADER, '丁若溪'))).toContain('同意');
    const [recorded] = await house.rows<{ result: string; attendees: string[] }>(
      'select result, attendees from meeting_record',
    );
    expect(recorded).toEqual({ result: 'returned', attendees: ['0001', '0002', '0003'] });
  });

  it('RISK-45 withdraw before the first signature: possible, and the head is told that nothing is left to do', async () => {
    const author = house.person('0014');
    await submit(house, '0014');
    const head = house.person(HEAD);
    const asked = await reviewCardOf(house, HEAD, '汪远林');
    const back = await author.click('撤回', { card: await ownCard(house, '0014') });
    expect(back.toast).toEqual({ type: 'success', content: '已撤回，可以修改后重新提交' });
    expect(author.buttons(back.card)).toContain('填写自查表');
    await house.settle();

    const [after] = (await head.cards()).filter(({ messageId }) => messageId === asked.messageId);
    expect(after && head.buttons(after)).not.toContain('同意');
    expect(after && head.textOf(after)).not.toContain(answers.风险内容);
    const late = await head.click('同意', { card: asked, values: { 意见: '同意' } });
    expect(late.toast?.type).not.toBe('success');
    expect((await historyOf(house, '0014')).map(({ action }) => action)).toEqual([
      'submitted',
      'withdrawn',
    ]);
  });

  it('RISK-45 withdraw after the first signature: no button, an old button is refused', async () => {
    const author = house.person('0014');
    await author.click('提交', { card: await openForm(house, '0014') });
    await house.settle();
    const beforeSignature = await cardTitled(author, FORM);
    expect(author.buttons(beforeSignature)).toContain('撤回');
    await sign(house, HEAD, '汪远林');
    expect(author.buttons(await cardTitled(author, FORM))).not.toContain('撤回');
    const late = await author.click('撤回', { card: beforeSignature });
    expect(late.toast?.type).toBe('warning');
    expect(author.buttons(late.card)).not.toContain('撤回');
    expect((await historyOf(house, '0014')).at(-1)?.action).toBe('agreed');
  });
});

/** Writing the form: several points, drafts that wait, points changed and dropped, and what is refused. */
import { describe, expect, it } from 'vitest';
import { answers, openForm, ownCard, submit } from './support/chain.ts';
import { useLaunchedHouse } from './support/hooks.ts';

const second = {
  风险类型: '外部环境风险',
  风险内容: '亲友说情',
  表现形式: '饭局上打招呼',
  存在情况: '已经存在',
  防控措施: '登记报告',
};

describe('writing a self-check form', () => {
  const house = useLaunchedHouse();

  it('RISK-03 RISK-05 carries every field and a note on where the rule comes from', async () => {
    const author = house.person('0010');
    const form = await openForm(house, '0010');
    expect(author.labels(form)).toEqual([
      '风险类型',
      '风险内容',
      '常见表现形式',
      '表现形式',
      '存在情况',
      '防控措施',
    ]);
    const text = author.textOf(form);
    expect(text).toContain('截止');
    expect(text).toContain('2026年12月10日(周四)');
    expect(text).toContain('岗位职责风险');
    expect(text).toContain('外部环境风险');
    expect(text).toContain('第二阶段（一）1');
  });

  it('RISK-03 RISK-05 an empty required field is named in the toast and what was typed stays', async () => {
    const author = house.person('0010');
    const form = await openForm(house, '0010');
    const nothing = await author.click('提交', { card: form });
    expect(nothing.toast?.type).toBe('error');
    expect(nothing.toast?.content).toContain('风险类型');
    // A tick in the pick-list is no complete answer (RISK-05).
    const ticked = await author.click('提交', {
      card: nothing.card,
      values: { ...answers, 表现形式: '', 常见表现形式: ['一岗双责没有落实'] },
    });
    expect(ticked.toast?.type).toBe('error');
    expect(ticked.toast?.content).toContain('“表现形式”');
    const text = author.textOf(ticked.card);
    expect(text).toContain(answers.风险内容);
    expect(text).toContain(answers.防控措施);
    const sent = await author.click('提交', {
      card: ticked.card,
      values: { 表现形式: '放宽条件' },
    });
    expect(sent.toast?.type).toBe('success');
    const [stored] = await house.rows<{ point: object }>(
      `select content->'points'->0 as point from form_version`,
    );
    expect(stored?.point).toEqual({
      riskType: 'postDuty',
      content: answers.风险内容,
      manifestationPicks: ['dualDuty'],
      manifestation: '放宽条件',
      existence: 'potential',
      measures: answers.防控措施,
    });
  });

  it('RISK-03 several points: an unfinished second one is named, one is changed, one is dropped', async () => {
    const author = house.person('0011');
    const form = await openForm(house, '0011');
    const added = await author.click('添加风险点', { card: form, values: answers });
    expect(added.toast?.type).toBe('success');
    const unfinished = await author.click('提交', {
      card: added.card,
      values: { ...second, 防控措施: '' },
    });
    expect(unfinished.toast?.type).toBe('error');
    expect(unfinished.toast?.content).toContain('第2个风险点的“防控措施”');
    expect(author.textOf(unfinished.card)).toContain('饭局上打招呼');
    expect(author.textOf(unfinished.card)).toContain('已写好的风险点（1个）');

    const two = await author.click('添加风险点', { card: unfinished.card, values: second });
    expect(author.textOf(two.card)).toContain('已写好的风险点（2个）');
    const three = await author.click('添加风险点', {
      card: two.card,
      values: { ...answers, 风险内容: '多余的一条' },
    });
    const change = await author.click('修改第1个', { card: three.card });
    expect(author.textOf(change.card)).toContain('修改第1个风险点');
    expect(author.textOf(change.card)).toContain(answers.风险内容);
    // Turning to another point keeps what has just been typed.
    const third = await author.click('修改第3个', {
      card: change.card,
      values: { 风险内容: '改过的第一条' },
    });
    expect(author.textOf(third.card)).toContain('多余的一条');
    const dropped = await author.click('删除本条', { card: third.card });
    expect(author.textOf(dropped.card)).toContain('已写好的风险点（2个）');
    const sent = await author.click('提交', { card: dropped.card });
    expect(sent.toast?.type).toBe('success');
    const [stored] = await house.rows<{ contents: string[] }>(
      `select array(select p->>'content' from jsonb_array_elements(v.content->'points') p) as contents
       from form_version v join procedure on id = procedure_id where subject_person = '0011'`,
    );
    expect(stored?.contents).toEqual(['改过的第一条', '亲友说情']);
  });

  it('RISK-03 more points than the profile allows are refused and the eleventh stays in the form', async () => {
    const author = house.person('0016');
    let card = await openForm(house, '0016');
    for (let n = 1; n <= 10; n += 1) {
      const added = await author.click('添加风险点', {
        card,
        values: { ...answers, 风险内容: `第${n}条内容` },
      });
      expect(added.toast?.type, added.toast?.content).toBe('success');
      card = added.card;
    }
    const eleventh = await author.click('添加风险点', {
      card,
      values: { ...answers, 风险内容: '第十一条' },
    });
    expect(eleventh.toast).toMatchObject({ type: 'error' });
    expect(eleventh.toast?.content).toContain('10个');
    expect(author.textOf(eleventh.card)).toContain('第十一条');
    expect((await author.click('提交', { card: eleventh.card })).toast?.type).toBe('error');
  });

  it('RISK-06 a draft saved in September is there in October, on a fresh card too', async () => {
    const author = house.person('0017');
    const form = await openForm(house, '0017');
    const saved = await author.click('保存草稿', {
      card: form,
      values: { 风险内容: '写到一半', 常见表现形式: ['社会交往不慎，交友不当'] },
    });
    expect(saved.toast?.type).toBe('success');
    await house.at('2026-10-12 10:00');
    const task = await ownCard(house, '0017');
    expect(author.textOf(task)).toContain('已写1个风险点');
    const again = await openForm(house, '0017');
    expect(author.textOf(again)).toContain('写到一半');
    const sent = await author.click('提交', {
      card: again,
      values: { ...second, 风险内容: '写到一半，现在写完了' },
    });
    expect(sent.toast?.type, sent.toast?.content).toBe('success');
    const [stored] = await house.rows<{ picks: string[] }>(
      `select v.content->'points'->0->'manifestationPicks' as picks
       from form_version v join procedure on id = procedure_id where subject_person = '0017'`,
    );
    expect(stored?.picks).toEqual(['friendships']);
  });

  it('RISK-06 an old copy of the form does not overwrite what was written later', async () => {
    const author = house.person('0019');
    const old = await openForm(house, '0019');
    const newer = await author.click('保存草稿', { card: old, values: { 风险内容: '后写的' } });
    const stale = await author.click('保存草稿', { card: old, values: { 风险内容: '先写的' } });
    expect(stale.toast?.type).toBe('warning');
    expect(newer.toast?.type).toBe('success');
    const [row] = await house.rows<{ content: string }>(
      `select draft->'current'->>'content' as content from procedure where subject_person = '0019'`,
    );
    expect(row?.content).toBe('后写的');
    // No new card: what was typed stays in the inputs, and the toast says that it was not kept.
    expect(stale.toast?.content).toContain('没有保存');
    expect(author.textOf(stale.card)).toBe(author.textOf(newer.card));
    const blank = await author.click('保存草稿', { card: old, values: { 风险内容: '后写的' } });
    expect(blank.toast?.content).toContain('此卡片已更新');
    expect(author.textOf(blank.card)).toContain('后写的');
  });

  it('RISK-06 the answer to 添加风险点 is lost: clicking again keeps the point once and nothing typed is gone', async () => {
    const author = house.person('0020');
    const form = await openForm(house, '0020');
    house.lark.faults.set({ kind: 'dropCallbackAnswer', times: 1 });
    const lost = await author.click('添加风险点', { card: form, values: answers });
    expect(lost.error?.code).toBe('200341');
    const again = await author.click('添加风险点', { card: form, values: answers });
    expect(again.toast?.type).toBe('warning');
    expect(author.textOf(again.card)).toContain('已写好的风险点（1个）');
    expect(author.textOf(again.card)).toContain('第2个风险点');
    house.lark.faults.set({ kind: 'dropCallbackAnswer', times: 1 });
    await author.click('保存草稿', { card: again.card, values: { 风险内容: '第二条的开头' } });
    const more = await author.click('保存草稿', {
      card: again.card,
      values: { 风险内容: '第二条的开头和后面' },
    });
    expect(more.toast?.type).toBe('warning');
    expect(author.textOf(more.card)).toContain('第二条的开头和后面');
    const sent = await author.click('提交', {
      card: more.card,
      values: { ...second, 风险内容: '第二条的开头和后面' },
    });
    expect(sent.toast?.type, sent.toast?.content).toBe('success');
  });

  it('RISK-37 a form of ten full points of 1000 characters reaches every reader as a valid card', async () => {
    const long = '险'.repeat(1000);
    const full = { ...answers, 风险内容: long, 表现形式: long, 防控措施: long };
    const author = house.person('0022');
    let card = await openForm(house, '0022');
    for (let n = 1; n <= 9; n += 1) {
      const added = await author.click('添加风险点', { card, values: full });
      expect(added.toast?.type, added.error?.text).toBe('success');
      card = added.card;
    }
    const last = await author.click('提交', { card, values: full });
    expect(last.toast?.type, last.error?.text).toBe('success');
    await house.settle();
    const head = house.person('0021');
    const asked = (await head.cards()).findLast((each) => head.buttons(each).includes('同意'));
    expect(asked && head.textOf(asked)).toContain('风险点（10个）');
    const read = await head.click('查看', { ...(asked === undefined ? {} : { card: asked }) });
    expect(head.textOf(read.card)).toContain(long);
    const back = await head.click('返回', { card: read.card });
    expect(head.buttons(back.card)).toContain('同意');
    expect(await house.rows(`select id from outbox where state = 'dead'`)).toEqual([]);
  });

  it('RISK-06 nothing else is needed: one point submitted is a form submitted', async () => {
    await submit(house, '0023');
    const [row] = await house.rows<{ step_index: number }>(
      `select step_index from procedure where subject_person = '0023'`,
    );
    expect(row?.step_index).toBe(1);
  });
});

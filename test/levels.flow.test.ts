/** S2 at its three levels, with the papers of the first and the third stage: forty people, the clock moved through the year. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fortyPeople, withArchiveHead, withNewServiceHead } from './fixtures/forty-people.ts';
import { answers, cardTitled, meeting, titleOf } from './support/chain.ts';
import { type House, openHouse } from './support/house.ts';
import type { Person } from './support/simulated-person.ts';

const UNIT = '青岚县司法局';
const CLERK = '0005';
const DECIDER = '0007';
const LEADER = '0002';
const HEAD = '0012';
const PERSONAL = '个人廉政风险自查表';
const OF_SECTION = '社区矫正股廉政风险自查表';
const OF_TEAM = `${UNIT}领导班子廉政风险点自查表`;
const LIST = `${UNIT}廉政风险防控领导小组名单`;
const PLAN = `${UNIT}廉政风险防控实施方案`;
const RALLY = `${UNIT}廉政风险防控动员会记录`;

const sectionPoint = { ...answers, 风险类型: '制度机制风险', 风险内容: '集中评议环节制度缺失' };
const teamPoint = { ...answers, 风险类型: '大额资金使用风险', 风险内容: '大额支出没有集体研究' };
const plan = {
  指导思想: '以防为主',
  工作目标: '岗位、人员、环节全覆盖',
  实施范围: '全局各股室、司法所',
  工作重点: '行政审批、行政处罚和财务管理',
  方法步骤和时间安排: '四个阶段，年底前完成',
  责任股室和责任人: '综合股，贺知舟',
  保障措施: '领导小组每月听取一次汇报',
};

describe('S2 from the first stage to the register, at the levels of person, section and team', () => {
  let house: House;
  const person = (who: string): Person => house.person(who);
  const titles = async (who: string): Promise<readonly string[]> =>
    (await person(who).cards()).map((card) => titleOf(person(who), card));
  /** Opens the writer's card, fills it in and clicks `button`. */
  const write = async (
    who: string,
    title: string,
    values: Readonly<Record<string, string | readonly string[] | boolean>>,
    button: '提交' | '保存草稿' = '提交',
  ) => {
    let card = await cardTitled(person(who), title);
    if (!person(who).buttons(card).includes('保存草稿'))
      card = (await person(who).click('填写', { card })).card;
    const result = await person(who).click(button, { card, values });
    await house.settle();
    return result;
  };
  const agree = async (who: string, title: string, values: Parameters<typeof write>[2]) => {
    const card = await cardTitled(person(who), title);
    const { toast } = await person(who).click('同意', { card, values });
    await house.settle();
    return toast;
  };
  const progress = async (): Promise<string> => {
    await person(DECIDER).say('进度');
    await house.settle();
    return person(DECIDER).textOf(await cardTitled(person(DECIDER), '工作进度'));
  };

  beforeAll(async () => {
    house = await openHouse('2026-09-07 09:00', { profiles: 'profiles' });
    await house.reorganise(fortyPeople);
    await house.launch();
  }, 120_000);
  afterAll(() => house?.close());

  it('PLAN-10 PLAN-11 PLAN-15 the office is asked for list, plan and mobilisation meeting, nobody for more', async () => {
    expect(await titles(CLERK)).toEqual(expect.arrayContaining([LIST, PLAN, RALLY]));
    const given = await house.rows<{ people: number; status: string }>(
      'select count(*)::int as people, status from procedure group by status order by status',
    );
    expect(given).toEqual([
      { status: 'open', people: 3 },
      // 40 personal forms, 7 sections with a head twice, 1 team.
      { status: 'scheduled', people: 40 + 14 + 1 },
    ]);
    expect(await titles(HEAD)).not.toContain(PERSONAL);
  });

  it('PLAN-15 an incomplete paper is refused by the label, and what was typed is kept', async () => {
    const refused = await write(CLERK, LIST, { 组长: '沈远乔', 副组长: '陆清和、顾若川' });
    expect(refused.toast).toMatchObject({ type: 'error' });
    expect(refused.toast?.content).toContain('成员');
    const person5 = person(CLERK);
    expect(JSON.stringify(refused.card.card)).toContain('陆清和、顾若川');
    const rest = {
      成员: '方砚秋、贺知舟',
      办公室设在哪个股室: '综合股',
      办公室主任: '贺知舟',
      成立日期: '2026-09-08',
    };
    const given = await person5.click('提交', { card: refused.card, values: rest });
    expect(given.toast).toEqual({ type: 'success', content: '已提交' });
    await house.settle();
    const card = await cardTitled(person5, LIST);
    expect(person5.textOf(card)).toContain('已办结');
    expect(person5.textOf(card)).toContain('2026年9月8日(周二)');
    expect(person5.textOf(card)).not.toContain('逾期提交');
  });

  it('PLAN-11 the meeting is recorded with number, day and materials; a number that is none is refused', async () => {
    const rally = {
      会议日期: '2026-09-10',
      主持人: '沈远乔',
      到会人数: '三十八',
      参加人员: '全体干部职工',
      会议内容: '部署廉政风险防控工作',
      留存材料: ['签到表', '会议照片'],
    };
    const refused = await write(CLERK, RALLY, rally);
    expect(refused.toast?.content).toContain('到会人数');
    const given = await write(CLERK, RALLY, { 到会人数: '38' });
    expect(given.toast?.type).toBe('success');
    expect(person(CLERK).textOf(await cardTitled(person(CLERK), RALLY))).toContain(
      '签到表、会议照片',
    );
  });

  it('PLAN-10 an older card overwrites nothing: what goes on is kept, what contradicts stays where it was typed', async () => {
    const clerk = person(CLERK);
    const card = await cardTitled(clerk, PLAN);
    const old = (await clerk.click('填写表格', { card })).card;
    const click = (values: Readonly<Record<string, string>>) =>
      clerk.click('保存草稿', { card: old, values });
    expect((await click({ 指导思想: '以防' })).toast?.type).toBe('success');
    const on = await click({ 指导思想: '以防为主', 工作目标: '全覆盖' });
    expect(on.toast).toMatchObject({
      type: 'warning',
      content: expect.stringContaining('存为草稿'),
    });
    expect(JSON.stringify(on.card.card)).toContain('以防为主');
    const against = await click({ 指导思想: '另一种写法' });
    expect(against.toast?.content).toContain('没有保存');
    const drafts = await house.rows<{ answers: unknown }>(
      `select draft->'answers' as answers from procedure where form_code = 'plan'`,
    );
    expect(drafts).toEqual([{ answers: { guidingIdea: '以防为主', goals: '全覆盖' } }]);
    await house.settle();
  });

  it('PLAN-08 PLAN-10 a plan given in after the stage is marked as late', async () => {
    await house.at('2026-09-22 09:00');
    const draft = await write(CLERK, PLAN, { 指导思想: plan.指导思想 }, '保存草稿');
    expect(draft.toast?.type).toBe('success');
    const given = await write(CLERK, PLAN, plan);
    expect(given.toast?.type).toBe('success');
    const text = person(CLERK).textOf(await cardTitled(person(CLERK), PLAN));
    expect(text).toContain('逾期提交');
    expect(text).toContain(plan.保障措施);
    expect(await progress()).toContain('实施方案逾期提交1份');
  });

  it('ORG-25 RISK-06 everybody, every section with a head and the team get their form; the others are named', async () => {
    const open = await house.rows<{ form: string; forms: number }>(
      `select form_code as form, count(*)::int as forms from procedure
       where status = 'open' group by form_code order by form_code`,
    );
    expect(open).toEqual([
      { form: 'department', forms: 7 },
      { form: 'personal', forms: 40 },
      { form: 'team', forms: 1 },
    ]);
    const text = await progress();
    expect(text).toContain('暂无人填写：档案股');
    expect(text).not.toContain('局领导（部门廉政风险自查表）');
    expect(await titles('0001')).not.toContain('局领导廉政风险自查表');
  });

  it('RISK-02 one person writes the personal and the section’s form, each with its own types', async () => {
    expect(await titles(HEAD)).toEqual(expect.arrayContaining([PERSONAL, OF_SECTION]));
    await expect(write(HEAD, OF_SECTION, answers)).rejects.toThrow(/no option "岗位职责风险"/);
    await expect(write(HEAD, PERSONAL, sectionPoint)).rejects.toThrow(/no option "制度机制风险"/);
    expect((await write(HEAD, OF_SECTION, sectionPoint)).toast?.type).toBe('success');
    expect((await write(HEAD, PERSONAL, answers)).toast?.type).toBe('success');
  });

  it('RISK-16 the section’s form needs the leader’s opinion and the leading group, not the head’s', async () => {
    expect((await agree(LEADER, OF_SECTION, {}))?.content).toContain('意见');
    expect((await agree(LEADER, OF_SECTION, { 意见: '同意上报' }))?.type).toBe('success');
    const decided = await agree(DECIDER, OF_SECTION, meeting);
    expect(decided).toEqual({ type: 'success', content: '已审定，登记1个风险点' });
    const steps = await house.rows<{ step_id: string; actor_code: string }>(
      `select e.step_id, e.actor_code from step_event e join procedure p on p.id = e.procedure_id
       where p.object_code = 'D03' order by e.seq`,
    );
    expect(steps.map((step) => `${step.step_id} ${step.actor_code}`)).toEqual([
      `fill ${HEAD}`,
      `leaderOpinion ${LEADER}`,
      `groupDecision ${DECIDER}`,
    ]);
  });

  it('RISK-17 the team’s form goes straight to the leading group, without the clerk who wrote it', async () => {
    expect((await write(CLERK, OF_TEAM, teamPoint)).toast?.type).toBe('success');
    expect(person(CLERK).buttons(await cardTitled(person(CLERK), OF_TEAM))).not.toContain('同意');
    const waiting = await house.rows<{ person_code: string }>(
      `select t.person_code from task t join procedure p on p.id = t.procedure_id
       where p.form_code = 'team' and t.state = 'open'`,
    );
    expect(waiting).toEqual([{ person_code: DECIDER }]);
    expect((await agree(DECIDER, OF_TEAM, meeting))?.type).toBe('success');
  });

  it('RISK-12 the personal form still passes head and leader, though its author is the head', async () => {
    const title = `秦立言的${PERSONAL}`;
    expect((await agree(LEADER, title, { 意见: '同意' }))?.type).toBe('success');
    expect((await agree('0001', title, { 意见: '同意' }))?.type).toBe('success');
    expect((await agree(DECIDER, title, meeting))?.type).toBe('success');
  });

  it('CTRL-29 the register shows the level and of whom each line speaks', async () => {
    await person(DECIDER).say('台账');
    await house.settle();
    const text = person(DECIDER).textOf(await cardTitled(person(DECIDER), '廉政风险点台账'));
    expect(text).toContain('部门 · 社区矫正股 · 秦立言 · 制度机制风险');
    expect(text).toContain(`班子 · ${UNIT} · 贺知舟 · 大额资金使用风险`);
    expect(text).toContain('个人 · 社区矫正股 · 秦立言 · 岗位职责风险');
  });

  it('ORG-25 a head who is appointed later gets the section’s form', async () => {
    await house.at('2026-10-09 09:00');
    await house.reorganise(withArchiveHead);
    await house.settle();
    expect(await titles('0024')).toContain('档案股廉政风险自查表');
    expect(await progress()).not.toContain('暂无人填写');
  });

  it('RISK-16 a new head takes the same form over, with what is written in it', async () => {
    const title = '公共法律服务股廉政风险自查表';
    await write('0015', title, { 风险内容: '援助审批缺少复核' }, '保存草稿');
    await house.at('2026-10-12 09:00');
    await house.reorganise(withNewServiceHead);
    await house.settle();
    const card = await cardTitled(person('0016'), title);
    const opened = await person('0016').click('填写自查表', { card });
    expect(JSON.stringify(opened.card.card)).toContain('援助审批缺少复核');
    const old = await cardTitled(person('0015'), title);
    expect(person('0015').buttons(old)).not.toContain('填写自查表');
    expect((await write('0016', title, sectionPoint)).toast?.type).toBe('success');
  });

  it('PLAN-33 coverage is what was given in over what is owed, and names who has not', async () => {
    const text = await progress();
    // 3 papers, 40 personal forms, 8 sections twice, 1 team; 3 + 1 + 2 + 1 given in.
    expect(text).toContain('应填60份，已提交7份（11%），已办结6份');
    expect(text).toContain('尚未提交（53份）');
    expect(text).toContain('丁若溪（社区矫正股，个人廉政风险自查表）');
  });

  it('EVAL-18 in the third stage every section reports once, and the office receives it', async () => {
    await house.at('2026-12-11 09:00');
    const title = '综合股廉政风险防控自查报告';
    const report = {
      工作开展情况: '全员自查完毕',
      防控措施落实和成效: '措施全部落实',
      存在的问题: '个别制度仍待修订',
      整改打算: '年底前修订完毕',
      自评结果: '较好',
    };
    const given = await write(CLERK, title, report);
    expect(given.toast?.type).toBe('success');
    const received = await agree(DECIDER, title, {});
    expect(received).toEqual({ type: 'success', content: '已办结' });
    expect(person(CLERK).textOf(await cardTitled(person(CLERK), title))).toContain('已办结');
    const reports = await house.rows<{ writer: string }>(
      `select subject_person as writer from procedure where form_code = 'departmentReview'
       order by object_code`,
    );
    const heads = ['0005', '0009', '0012', '0016', '0018', '0021', '0024', '0031'];
    expect(reports.map(({ writer }) => writer)).toEqual(heads);
  });
});

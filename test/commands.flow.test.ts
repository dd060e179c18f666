/** The words people type, the bot menu, the first greeting, and who may see how far. */
import { describe, expect, it } from 'vitest';
import { cardTitled, FORM, sign, submit, titleOf } from './support/chain.ts';
import { delivery, forgedAction } from './support/forged.ts';
import { useHouse, useLaunchedHouse } from './support/hooks.ts';
import type { Person, SeenCard } from './support/simulated-person.ts';

const visitor = {
  openId: 'ou_visitor',
  unionId: 'on_visitor',
  userId: 'visitor',
  name: '来访者',
  title: '',
  departmentId: 'D99',
  departmentName: '外单位',
};

const botMessages = async (person: Person) =>
  (await person.messages()).filter(({ from }) => from === 'bot');

describe('words and menu', () => {
  const house = useLaunchedHouse('2026-09-21 09:00', { strangers: [visitor] });

  /** What `act` is answered with: exactly one message, a card. */
  async function oneAnswer(code: string, act: (person: Person) => Promise<void>): Promise<string> {
    const person = house.person(code);
    const before = (await botMessages(person)).length;
    await act(person);
    await house.settle();
    const after = await botMessages(person);
    expect(after.length).toBe(before + 1);
    return person.textOf(await person.lastCard());
  }

  it.each([
    ['帮助', '使用帮助'],
    ['help', '使用帮助'],
    ['？', '使用帮助'],
    ['你好', '使用帮助'],
    ['待办', '我的待办'],
    [' 待办。', '我的待办'],
    ['/待办', '我的待办'],
    ['我的待办', '我的待办'],
    ['自查', FORM],
    ['填写自查表', FORM],
    ['进度', '工作进度'],
    ['台账', '廉政风险点台账'],
    ['登记册', '廉政风险点台账'],
  ])('%s is answered with exactly one message: %s', async (word, title) => {
    const text = await oneAnswer('0006', (person) => person.say(word));
    expect(text.split('\n')[0]).toContain(title);
  });

  it.each([
    ['todo', '我的待办'],
    ['self_check', FORM],
    ['progress', '工作进度'],
    ['register', '廉政风险点台账'],
    ['help', '使用帮助'],
  ])('menu %s: %s', async (key, title) => {
    const text = await oneAnswer('0008', (person) => person.menu(key));
    expect(text.split('\n')[0]).toContain(title);
  });

  it.each([
    ['待班', '待办'],
    ['我要看进程', '进度'],
    ['台帐', '台账'],
    ['没有这个词'.repeat(1000), ''],
    ['<at id=all></at> **粗**', ''],
    ['’; drop table person; --', ''],
  ])('unknown text %.12s gets the nearest words as buttons', async (typed, nearest) => {
    const text = await oneAnswer('0009', (person) => person.say(typed));
    expect(text).toContain('没有找到这个功能');
    const person = house.person('0009');
    const buttons = person.buttons(await person.lastCard());
    expect(buttons).toHaveLength(3);
    if (nearest !== '') expect(buttons[0]).toBe(nearest);
  });

  it('a typed 同意 decides nothing and says where to decide', async () => {
    expect(await oneAnswer('0009', (person) => person.say('同意'))).toContain('请发送“待办”');
  });

  it('a help button answers in place', async () => {
    await oneAnswer('0010', (person) => person.say('帮助'));
    const person = house.person('0010');
    const before = (await botMessages(person)).length;
    const { card } = await person.click('待办');
    expect(titleOf(person, card)).toBe('我的待办');
    await house.settle();
    expect((await botMessages(person)).length).toBe(before);
  });

  it('a picture is answered with what can be read', async () => {
    const picture = delivery(house, 'im.message.receive_v1', {
      sender: { sender_id: { open_id: 'ou_demo_0011' }, sender_type: 'user' },
      message: {
        message_id: 'om_picture',
        chat_id: 'oc_x',
        chat_type: 'p2p',
        message_type: 'image',
        content: '{"image_key":"img_x"}',
      },
    });
    const text = await oneAnswer('0011', async () => {
      await picture();
    });
    expect(text).toContain('暂时只能识别文字消息');
  });

  it('ORG-29 a stranger gets one polite sentence and nothing else', async () => {
    await house.lark.client.enter(visitor.openId);
    await house.lark.client.say(visitor.openId, '台账');
    await house.settle();
    const messages = (await house.lark.client.chat(visitor.openId)) ?? [];
    const answers = messages.filter(({ from }) => from === 'bot');
    expect(answers).toHaveLength(1);
    expect(JSON.stringify(answers[0]?.card)).toContain('您还没有登记为本单位人员');
  });

  it('the first entry is greeted exactly once, whether people come in twice at once or again', async () => {
    const person = house.person('0012');
    const before = (await botMessages(person)).length;
    await Promise.all([person.enter(), person.enter(), person.enter()]);
    await person.enter();
    await house.at('2026-09-22 09:00');
    await person.enter();
    await house.settle();
    const greetings = (await botMessages(person)).slice(before);
    expect(greetings).toHaveLength(1);
    expect(person.textOf(await person.lastCard())).toContain('秦立言，您好');
  });

  it('待办 → 查看 sends the live card to the end of the chat and retires the older one', async () => {
    const person = house.person('0016');
    const older = await cardTitled(person, FORM);
    await person.say('待办');
    await house.settle();
    const list = await person.lastCard();
    expect(person.textOf(list)).toContain('截止2026年12月10日(周四)');
    const shown = await person.click('查看', { card: list });
    expect(shown.toast).toEqual({ type: 'success', content: '已发送到会话底部' });
    await house.settle();
    const newest = await person.lastCard();
    expect(titleOf(person, newest)).toBe(FORM);
    expect(newest.messageId).not.toBe(older.messageId);
    const retired = (await person.cards()).find(({ messageId }) => messageId === older.messageId);
    expect(retired && person.textOf(retired)).toContain('此卡片已更新');
    expect(retired && person.buttons(retired)).toEqual([]);
  });

  it('待办 of many: ten to a page, the pages turn in place', async () => {
    for (const code of ['0013', '0014']) await submit(house, code);
    for (const author of ['丁若溪', '汪远林']) await sign(house, '0012', author);
    // The leader in charge of four sections.
    for (const code of ['0010', '0011', '0019', '0020', '0022', '0023']) await submit(house, code);
    const heads = {
      梁书晚: '0009',
      钟叔衡: '0009',
      宋茗溪: '0018',
      谭亦舟: '0018',
      董知夏: '0021',
      余简宁: '0021',
    };
    for (const [author, head] of Object.entries(heads)) await sign(house, head, author);
    for (const code of ['0012', '0009', '0018', '0021']) await submit(house, code);
    const leader = house.person('0002');
    await leader.say('待办');
    await house.settle();
    const list = await leader.lastCard();
    expect(leader.textOf(list)).toContain('共13项');
    expect(leader.buttons(list).filter((text) => text === '查看')).toHaveLength(10);
    const second = await leader.click('下一页', { card: list });
    expect(leader.textOf(second.card)).toContain('第2页，共2页');
    expect(leader.buttons(second.card).filter((text) => text === '查看')).toHaveLength(3);
    expect(leader.buttons(second.card)).toContain('上一页');
  });
});

describe('launching from the chat', () => {
  const house = useHouse();

  const answered = async (code: string): Promise<SeenCard> => {
    await house.person(code).say('自查');
    await house.settle();
    return house.person(code).lastCard();
  };

  it('PLAN-01 RISK-06 the office launches; a colleague cannot, a second launch is refused', async () => {
    const staff = house.person('0013');
    const nothing = await answered('0013');
    expect(staff.buttons(nothing)).toEqual([]);
    expect(staff.textOf(nothing)).toContain('目前没有需要您填写的自查表');
    const wrongRole = await forgedAction(
      house,
      'ou_demo_0013',
      { a: 'cycle.launch', p: { unit: 'QLSF' } },
      { profile: 's2-justice-bureau', startOn: '2026-09-21' },
    )();
    expect(wrongRole.toast).toEqual({
      type: 'error',
      content: '此操作只能由领导小组办公室进行。',
    });

    const office = house.person('0007');
    const other = house.person('0005');
    const proposal = await office.click('发起自查', { card: await answered('0007') });
    const otherProposal = await other.click('发起自查', { card: await answered('0005') });
    expect(office.textOf(proposal.card)).toContain('司法局廉政风险防控机制实施方案');
    const noDay = await office.click('确认发起', { card: proposal.card, values: { 开始日期: '' } });
    expect(noDay.toast).toEqual({ type: 'error', content: '请填写“开始日期”后再提交。' });
    const both = await Promise.all([
      office.click('确认发起', { card: proposal.card }),
      other.click('确认发起', { card: otherProposal.card }),
    ]);
    const launched = both.find(({ toast }) => toast?.type === 'success');
    const second = both.find(({ toast }) => toast?.type === 'error');
    expect(launched?.toast?.content).toBe('自查已发起，覆盖23人');
    expect(launched && office.textOf(launched.card)).toContain('2026年12月10日(周四)');
    expect(second?.toast?.content).toContain('正在进行');
    const later = await office.click('确认发起', { card: proposal.card });
    expect(later.toast?.type).toBe('error');
    await house.settle();
    expect(await house.rows('select id from cycle')).toHaveLength(1);
    for (const code of ['0001', '0013', '0023']) {
      const own = (await house.person(code).cards()).filter(
        (card) => titleOf(house.person(code), card) === FORM,
      );
      expect(own, code).toHaveLength(1);
    }
  });

  it('ORG-21 ORG-29 RISK-06 PLAN-33 进度: everything for the office, a section for its head, four for the leader, the own form for staff', async () => {
    await submit(house, '0013');
    const progressOf = async (code: string): Promise<string> => {
      await house.person(code).say('进度');
      await house.settle();
      return house.person(code).textOf(await house.person(code).lastCard());
    };
    const office = await progressOf('0007');
    expect(office).toContain('应填23份，已提交1份（4%），已审定0份');
    expect(office).toContain('尚未提交（22人）');
    expect(office).toContain('汪远林');
    expect(office).toContain('余简宁');
    expect(office).not.toMatch(/丁若溪.社区矫正股/);
    const head = await progressOf('0015');
    expect(head).toContain('应填3份，已提交0份（0%）');
    expect(head).toContain('孟书禾');
    expect(head).not.toContain('余简宁');
    expect(head).not.toContain('法治股');
    // A leader in charge who is no member of the leading group, which answers for the whole unit.
    await house.reorganise((texts) => ({
      ...texts,
      'assignments.csv': texts['assignments.csv'].replace(
        '0002,role,leading_group_member,QLSF,2024-01-01,\n',
        '',
      ),
    }));
    const leader = await progressOf('0002');
    expect(leader).toContain('应填12份，已提交1份（8%）');
    for (const section of ['法治股', '社区矫正股', '城关司法所', '云溪司法所']) {
      expect(leader).toContain(section);
    }
    expect(leader).not.toContain('公共法律服务股');
    const staff = await progressOf('0013');
    expect(staff).toContain('当前环节：股室负责人签署意见');
    expect(staff).not.toContain('应填');
    expect(staff).not.toContain('汪远林');
  });
});

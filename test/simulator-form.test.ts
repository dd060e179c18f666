/** Forms and single inputs at the stand-in, lark.md §3.5-§3.7. */
import { describe, expect, it } from 'vitest';
import { personOf } from './support/simulated-person.ts';
import {
  actionOf,
  callback,
  cardOf,
  clicksOf,
  type Fixture,
  option,
  plain,
  send,
  useSimulators,
} from './support/simulator-fixture.ts';

const formCard = cardOf([
  {
    tag: 'form',
    name: 'f',
    elements: [
      { tag: 'input', name: 'goal', label: plain('目标'), required: true, max_length: 10 },
      { tag: 'input', name: 'note', label: plain('备注'), default_value: '原有' },
      { tag: 'markdown', content: '**等级**（必填）' },
      {
        tag: 'select_static',
        name: 'level',
        required: true,
        options: [option('一级', 'L1'), option('二级', 'L2')],
      },
      { tag: 'div', text: plain('岗位＊') },
      {
        tag: 'multi_select_static',
        name: 'posts',
        required: false,
        options: [option('会计', 'p1'), option('出纳', 'p2')],
        selected_values: ['p1'],
      },
      { tag: 'markdown', content: '截止' },
      { tag: 'date_picker', name: 'due', initial_date: '2026-06-01' },
      {
        tag: 'button',
        name: 'submit',
        text: plain('提交'),
        form_action_type: 'submit',
        behaviors: callback({ id: 'f1' }),
      },
      { tag: 'button', name: 'reset', text: plain('重填'), form_action_type: 'reset' },
    ],
  },
]);

const open = useSimulators();

async function start(content: string): Promise<Fixture> {
  const fixture = await open();
  await send(fixture, content);
  return fixture;
}

const one = ({ sim }: Fixture) => personOf(sim, 'ou_p1');

describe('§3.5 forms', () => {
  it('sends option values, prefilled values and a zoned date; nothing for what is empty', async () => {
    const fixture = await start(formCard);
    const result = await one(fixture).click('提交', { values: { 目标: '完成', 等级: '二级' } });
    expect(result.error).toBeNull();
    expect(actionOf(fixture)).toEqual({
      tag: 'button',
      name: 'submit',
      value: { id: 'f1' },
      timezone: 'Asia/Shanghai',
      form_value: {
        goal: '完成',
        note: '原有',
        level: 'L2',
        posts: ['p1'],
        due: '2026-06-01 +0800',
      },
    });
    await one(fixture).click('提交', {
      values: { 目标: 'x', 等级: '一级', 岗位: ['会计', '出纳'], 截止: '', 备注: '' },
    });
    expect(actionOf(fixture)).toMatchObject({
      form_value: { posts: ['p1', 'p2'], note: '' },
    });
    expect(JSON.stringify(actionOf(fixture))).not.toContain('due');
  });

  it('reads labels from inputs and from the text before them', async () => {
    const fixture = await start(formCard);
    const card = await one(fixture).lastCard();
    expect(one(fixture).labels(card)).toEqual(['目标', '备注', '等级', '岗位', '截止']);
    await expect(one(fixture).click('提交', { values: { 无此项: 'x' } })).rejects.toThrow(/目标/);
  });

  it('a required empty input stops at the client and is named', async () => {
    const fixture = await start(formCard);
    const result = await one(fixture).click('提交', { values: { 目标: '完成' } });
    expect(result.error?.text).toBe('有必填项未填写：等级');
    expect(clicksOf(fixture)).toHaveLength(0);
  });

  it.each<[string, object, RegExp]>([
    ['a text above max_length', { goal: '长'.repeat(11), level: 'L1' }, /目标.*10/],
    ['a foreign option', { goal: 'x', level: 'L9' }, /等级/],
    ['foreign options', { goal: 'x', level: 'L1', posts: ['p9'] }, /岗位/],
    ['a bad date', { goal: 'x', level: 'L1', due: '2026-13-01' }, /截止/],
    ['an unknown field', { goal: 'x', level: 'L1', other: 'x' }, /不符/],
    ['a list for a text', { goal: ['x'], level: 'L1' }, /目标/],
  ])('the client refuses %s', async (_, formValue, text) => {
    const fixture = await start(formCard);
    const { messageId } = await one(fixture).lastCard();
    const result = await fixture.sim.client.click('ou_p1', {
      messageId,
      tag: 'button',
      name: 'submit',
      formValue: { ...formValue },
    });
    expect(result.error?.text).toMatch(text);
    expect(clicksOf(fixture)).toHaveLength(0);
  });

  it('reset stays local', async () => {
    const fixture = await start(formCard);
    expect((await one(fixture).click('重填')).error).toBeNull();
    expect(clicksOf(fixture)).toHaveLength(0);
  });
});

describe('§3.6-§3.7 stand-alone components', () => {
  const card = cardOf([
    { tag: 'input', name: 'i', max_length: 3 },
    { tag: 'select_static', name: 's', options: [option('甲', 'a')] },
    { tag: 'date_picker', name: 'd' },
    { tag: 'overflow', options: [option('编辑', 'edit')], value: { id: 'o' } },
    { tag: 'checker', name: 'c1', text: plain('本地') },
    { tag: 'checker', name: 'c2', behaviors: callback({ id: 'c' }) },
    { tag: 'button', text: plain('禁用'), disabled: true, disabled_tips: plain('已截止') },
    {
      tag: 'button',
      text: plain('打开'),
      behaviors: [{ type: 'open_url', default_url: 'https://app.example.com' }],
    },
  ]);
  const act = async (input: object) => {
    const fixture = await start(card);
    const { messageId } = await one(fixture).lastCard();
    const result = await fixture.sim.client.click('ou_p1', { messageId, tag: '', ...input });
    return { result, action: actionOf(fixture) };
  };

  it.each<[object, object]>([
    [{ tag: 'input', name: 'i', inputValue: 'abc' }, { input_value: 'abc' }],
    [{ tag: 'select_static', name: 's', option: 'a' }, { option: 'a' }],
    [
      { tag: 'date_picker', name: 'd', option: '2026-06-01' },
      { option: '2026-06-01 +0800', timezone: 'Asia/Shanghai' },
    ],
    [
      { tag: 'overflow', option: 'edit' },
      { option: 'edit', value: { id: 'o' } },
    ],
    [
      { tag: 'checker', name: 'c2', checked: true },
      { checked: true, value: { id: 'c' } },
    ],
  ])('%j calls back', async (input, expected) => {
    expect((await act(input)).action).toMatchObject(expected);
  });

  it.each<[object, RegExp | null]>([
    [{ tag: 'input', name: 'i', inputValue: 'abcd' }, /3/],
    [{ tag: 'select_static', name: 's', option: 'b' }, /选项/],
    [{ tag: 'checker', name: 'c1', checked: true }, null],
    [{ tag: 'button', name: 'none' }, /已更新/],
  ])('%j stays at the client', async (input, text) => {
    const { result, action } = await act(input);
    expect(action).toBeUndefined();
    if (text === null) expect(result).toEqual({});
    else expect(result.error?.text).toMatch(text);
  });

  it('a disabled button says why; a link needs no bot', async () => {
    const fixture = await start(card);
    expect((await one(fixture).click('禁用')).error?.text).toBe('已截止');
    expect((await one(fixture).click('打开')).error).toBeNull();
    expect(clicksOf(fixture)).toHaveLength(0);
  });
});
